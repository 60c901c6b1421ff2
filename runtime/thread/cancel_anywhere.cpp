// cancel_anywhere.cpp - PTHREAD_CANCEL_ASYNCHRONOUS: a request interrupts the
// thread wherever it is, by the signal that libc uses for the same. The thread
// has an OS thread to itself; the handler unwinds what it interrupted.
#include "sched/os_threads.h"
#include "signal/kernel_action.h"
#include "signal/signals.h"
#include "sys/message.h"
#include "thread/cancel.h"
#include "thread/exit.h"

#include <cstring>
#include <ucontext.h>
#include <unistd.h>

namespace oc {
namespace {

/// libc's SIGCANCEL, which the program cannot block, nor have a handler for.
constexpr int Interrupt = 32;

KernelHandler *OfLibc;

/// libc sends its own by tgkill().
bool isOurs(const siginfo_t &Info, const ThreadBlock *T) {
  return T && Info.si_code == SI_QUEUE && Info.si_ptr == T;
}

void interrupted(int Signal, siginfo_t *Info, void *Context) {
  ThreadBlock *T = currentThread();
  if (!isOurs(*Info, T))
    return OfLibc(Signal, Info, Context);
  Inside &Here = insideHere();
  if (Here.Depth)
    return putOff(Here, Signal, *Info, *static_cast<ucontext_t *>(Context));
  // A cancellation point ends its call, and acts itself.
  if (T->CancelOpen || !T->mayBeCancelledAnywhere())
    return;
  leaveFramesUnwound(*T);
  makeMaskReal(*T); // This signal was being handled.
  exitThread(*T, PTHREAD_CANCELED);
}

void *waitForever(void *) {
  for (;;)
    pause();
}

/// Puts our handler before libc's, which libc installs when it first cancels.
void installHandler() {
  uint64_t Mask;
  sys::signalMask(SIG_SETMASK, &WorkerMask, &Mask); // Nobody inherits that.
  pthread_t Nobody;
  int Error = pthread_create(&Nobody, nullptr, waitForever, nullptr);
  sys::signalMask(SIG_SETMASK, &Mask, nullptr);
  if (Error)
    return say("no OS thread can be made (%s), so threads are cancelled in "
               "calls only",
               strerrordesc_np(Error));
  pthread_cancel(Nobody);
  pthread_join(Nobody, nullptr);
  putInFront(Interrupt, interrupted, OfLibc);
}

} // namespace

void allowCancellationAnywhere() {
  static pthread_once_t Once = PTHREAD_ONCE_INIT;
  becomeOsThread(); // The handler does not return.
  pthread_once(&Once, installHandler);
}

void cancelAnywhere(ThreadBlock &T) {
  if (T.CancelType.load() != PTHREAD_CANCEL_ASYNCHRONOUS || !T.ByKernel)
    return;
  siginfo_t Info{};
  Info.si_signo = Interrupt;
  Info.si_code = SI_QUEUE;
  Info.si_pid = sys::processId();
  Info.si_ptr = &T;
  sys::call(SYS_rt_tgsigqueueinfo, sys::processId(), T.ByKernel->Tid, Interrupt,
            sys::word(&Info));
}

} // namespace oc
