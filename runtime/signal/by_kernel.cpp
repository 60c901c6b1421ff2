// by_kernel.cpp - a coroutine that blocks in the kernel must be interrupted
// there. While its OS thread is its own, in an opaque call or for good, that
// has the coroutine's mask, and the kernel delivers: EINTR, SA_RESTART and the
// handler's place are then native. Before and after, signals wait in the block.
#include "sched/os_threads.h"
#include "sched/scheduler.h"
#include "signal/pending.h"

#include <mutex>
#include <utility>

namespace oc {

namespace {

/// Takes the next \p Signal that is pending for this OS thread, or for the
/// process. \returns false if there is none.
bool takeFromKernel(int Signal, siginfo_t &Info) {
  uint64_t Set = bitOf(Signal);
  timespec Now{};
  // Not libc's, which says SI_USER for SI_TKILL.
  return sys::call(SYS_rt_sigtimedwait, sys::word(&Set), sys::word(&Info),
                   sys::word(&Now), 8) == Signal;
}

/// Takes back what the coroutine blocks and the kernel still has. The kernel
/// looks at the OS thread's own signals first; where there is none of them, the
/// call that ended has taken it, and what we get is the process's.
void takeBack(ThreadBlock &T, uint64_t Sent) {
  for (; Sent; Sent &= Sent - 1) {
    int Signal = __builtin_ctzll(Sent) + 1;
    siginfo_t Info;
    while (takeFromKernel(Signal, Info)) {
      bool IsIts = Info.si_code == SI_TKILL || Info.si_code == SI_QUEUE;
      if (IsIts)
        addPending(T, Signal, Info);
      else
        sendToProcess(Signal, Info);
      if (!IsIts || !isQueued(Signal))
        break;
    }
  }
}

} // namespace

void sendToProcess(int Signal, const siginfo_t &Info) {
  // Only what sigqueue() made can be sent again as it was.
  if (sys::call(SYS_rt_sigqueueinfo, sys::processId(), Signal,
                sys::word(&Info)) < 0)
    sys::call(SYS_kill, sys::processId(), Signal);
}

int sendByKernel(ThreadBlock &T, OsThread &To, int Signal, siginfo_t Info) {
  Info.si_signo = Signal;
  T.SentByKernel.fetch_or(bitOf(Signal));
  // The kernel lets nobody forge what tgkill and kill say.
  long Result = Info.si_code == SI_QUEUE
                    ? sys::call(SYS_rt_tgsigqueueinfo, sys::processId(), To.Tid,
                                Signal, sys::word(&Info))
                    : sys::tgkill(sys::processId(), To.Tid, Signal);
  return static_cast<int>(-Result);
}

void signalsByKernel() {
  ThreadBlock *T = currentThread();
  if (!T)
    return;
  OsThread &Here = *thisThread();
  {
    std::lock_guard Held(T->SignalGuard);
    T->ByKernel = &Here;
    while (uint64_t Waiting = T->PendingSignals.load()) {
      int Signal = __builtin_ctzll(Waiting) + 1;
      sendByKernel(*T, Here, Signal, takePending(*T, Signal));
    }
  }
  // What it does not block comes at once.
  makeMaskReal(*T);
}

void signalsByRuntime() {
  ThreadBlock *T = currentThread();
  // In the child of a fork that the call made, the OS thread stays its own.
  if (!T || T->Bound.load(std::memory_order_relaxed))
    return;
  sys::signalMask(SIG_SETMASK, &WorkerMask, nullptr);
  std::lock_guard Held(T->SignalGuard); // What is sent now comes after them.
  T->ByKernel = nullptr;
  if (uint64_t Sent = T->SentByKernel.exchange(0))
    takeBack(*T, Sent);
}

uint64_t enterHandler(ThreadBlock &T, int Signal, const struct sigaction &A) {
  if (!isQueued(Signal)) // Of the others there may be more.
    T.SentByKernel.fetch_and(~bitOf(Signal));
  uint64_t Before = T.SignalMask;
  T.SignalMask |= toBits(A.sa_mask);
  if (!(A.sa_flags & SA_NODEFER))
    T.SignalMask |= bitOf(Signal);
  T.HandlerMask |= T.SignalMask & ~Before;
  // The mask of a wait ends with it: what is pending still is for later.
  const uint64_t *After = std::exchange(T.MaskAfterWait, nullptr);
  return After ? *After : Before;
}

void leaveHandler(ThreadBlock &T, uint64_t Before) {
  T.SignalMask = Before;
  T.HandlerMask &= Before;
}

} // namespace oc
