// handler.cpp - calls the program's handlers. One may end its thread, or throw:
// as its frame is unwound, what it interrupted is put right.
#include "signal/handler.h"
#include "coro/sanitizer.h"
#include "sched/os_threads.h"
#include "sched/scheduler.h"
#include "signal/signals.h"
#include "sync/guarded.h"
#include "sys/inside.h"
#include "thread/cancel.h"
#include "thread/thread_block.h"

#include <utility>

namespace oc {
namespace {

void call(const struct sigaction &Action, int Signal, siginfo_t &Info,
          void *Context, uint64_t *After) {
  sanitizer::calling(3);
  sanitizer::written(Info);
  if (!(Action.sa_flags & SA_SIGINFO))
    return Action.sa_handler(Signal);
  ucontext_t Made;
  if (!Context) {
    getcontext(&Made);
    fromBits(*After, Made.uc_sigmask);
    Context = &Made;
  }
  sanitizer::written(Context, sizeof(ucontext_t));
  sanitizer::calling(3);
  Action.sa_sigaction(Signal, &Info, Context);
  if (Context == &Made)
    *After = toBits(Made.uc_sigmask) & ~Unblockable;
}

/// Whose handlers may leave something of ours when they are unwound; null:
/// not the caller's.
Coroutine *interruptedHere() {
  if (ThreadBlock *T = currentThread())
    return T;
  OsThread *Here = thisThread();
  bool Waits = Here && !Here->InVfork && Here->Foreign && Here->Current &&
               Here->Current->InnermostWait;
  return Waits ? Here->Current : nullptr;
}

/// Meanwhile no other handler begins, and nothing is cancelled.
void pushHandler(Coroutine &C, HandlerCall &H) {
  enterRuntime();
  H.Outer = std::exchange(C.Handlers, &H);
  H.CancelOpen = std::exchange(C.CancelOpen, false);
  H.InHandler = C.InHandler;
  H.Waits = std::exchange(C.NativeWaits, nullptr);
  if (ThreadBlock *T = currentThread()) {
    C.InHandler |= H.ByKernel;
    H.CancelHeldAt = std::exchange(T->CancelHeldAt, nullptr);
  } else if (H.Waits) {
    pthread_setcancelstate(H.Waits->State, nullptr);
  }
  leaveRuntime();
}

/// The OS thread is the thread's from now on.
void bind(ThreadBlock &T) {
  stayHere(T);
  becomeOsThread();
}

/// The handler has returned. It may have changed whether its thread may be
/// cancelled.
void endHandler(Coroutine &C, HandlerCall &H) {
  ThreadBlock *T = currentThread();
  int State = T ? T->CancelState : PTHREAD_CANCEL_ENABLE;
  if (!T && H.Waits) {
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &State);
    H.Waits->State = State;
  }
  if (T)
    T->CancelHeldAt = H.CancelHeldAt;
  popHandler(C, H);
  C.CancelOpen = H.CancelOpen && State == PTHREAD_CANCEL_ENABLE;
  // libc has a request for this OS thread that is the thread's.
  if (T && T->CancelSent && !C.InHandler)
    bind(*T);
}

/// The handler's frame is unwound, on \p Call's stack.
void unwound(void *Call) {
  auto &H = *static_cast<HandlerCall *>(Call);
  Coroutine &C = *thisThread()->Current;
  popHandler(C, H);
  ThreadBlock *T = currentThread();
  if (!T)
    return leaveWaitsUnwound(C);  // libc unwinds.
  ownFramesLeft(*T);              // The handler may have had a signal stack.
  T->HandlerMask = 0;             // They do not return any more.
  if (H.ByKernel && !C.InHandler) // It may lie on the OS thread's signal stack.
    bind(*T);
  leaveFramesUnwound(*T);
}

} // namespace

void popHandler(Coroutine &C, HandlerCall &H) {
  enterRuntime();
  HandlerCall **P = &C.Handlers;
  while (*P && *P != &H)
    P = &(*P)->Outer;
  if (*P)
    *P = H.Outer;
  C.InHandler = H.InHandler;
  C.NativeWaits = H.Waits;
  leaveRuntime();
}

void callHandler(const struct sigaction &Action, int Signal, siginfo_t &Info,
                 void *Context, uint64_t *After) {
  Coroutine *C = interruptedHere();
  if (!C)
    return call(Action, Signal, Info, Context, After);
  struct Arguments {
    const struct sigaction &Action;
    int Signal;
    siginfo_t &Info;
    void *Context;
    uint64_t *After;
  } A{Action, Signal, Info, Context, After};
  HandlerCall Here;
  Here.ByKernel = Context;
  pushHandler(*C, Here);
  __oc_call_guarded(
      [](void *Of) {
        auto &A = *static_cast<Arguments *>(Of);
        call(A.Action, A.Signal, A.Info, A.Context, A.After);
      },
      &A, unwound, &Here);
  endHandler(*C, Here);
}

} // namespace oc
