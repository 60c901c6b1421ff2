// handler.cpp - calls the program's handlers. One may end its thread: then its
// own frames are unwound up to here, next what it interrupted is put right, and
// unwinding goes on from here. Main, and native threads, are unwound by libc.
#include "signal/handler.h"
#include "sched/os_threads.h"
#include "sched/scheduler.h"
#include "signal/signals.h"
#include "sys/inside.h"
#include "sys/sanitizer.h"
#include "thread/cancel.h"
#include "thread/exit.h"
#include "thread/thread_block.h"

#include <csetjmp>
#include <utility>

// glibc's, as C's pthread_cleanup_push calls them (<pthread.h> declares them
// for C only).
extern "C" {
void __pthread_register_cancel(__pthread_unwind_buf_t *);
void __pthread_unregister_cancel(__pthread_unwind_buf_t *);
void __pthread_unwind_next(__pthread_unwind_buf_t *) __attribute__((noreturn));
}

namespace oc {
namespace {

void call(const struct sigaction &Action, int Signal, siginfo_t &Info,
          void *Context) {
  sanitizer::calling(3);
  sanitizer::written(Info);
  if (!(Action.sa_flags & SA_SIGINFO))
    return Action.sa_handler(Signal);
  ucontext_t Made;
  if (!Context) {
    getcontext(&Made);
    fromBits(currentMask(), Made.uc_sigmask);
    Context = &Made;
  }
  sanitizer::written(Context, sizeof(ucontext_t));
  sanitizer::calling(3);
  Action.sa_sigaction(Signal, &Info, Context);
}

/// Whose handlers may leave something of ours when they end their thread; null:
/// not the caller's.
Coroutine *interruptedHere() {
  if (ThreadBlock *T = currentThread())
    return T;
  OsThread *Here = thisThread();
  bool Waits = Here && !Here->InVfork && Here->Foreign && Here->Current &&
               Here->Current->InnermostWait;
  return Waits ? Here->Current : nullptr;
}

/// ThreadSanitizer's setjmp, on a signal stack, forgets all those below.
bool mayStop(const Coroutine &C) {
  auto *Here = static_cast<char *>(__builtin_frame_address(0));
  bool OnStack = Here >= C.Memory.Low && Here < C.Memory.top();
  return OnStack || !sanitizer::isThreadSanitizer();
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
    if (H.Stops)
      H.Buffer.__pad[0] = std::exchange(T->Cleanup, &H.Buffer);
  } else {
    __pthread_register_cancel(&H.Buffer);
    if (H.Waits)
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
  popHandler(C);
  C.CancelOpen = H.CancelOpen && State == PTHREAD_CANCEL_ENABLE;
  // libc has a request for this OS thread that is the thread's.
  if (T && T->CancelSent && !C.InHandler)
    bind(*T);
}

/// The handler's frames are unwound.
[[noreturn]] void unwindOn(Coroutine &C) {
  HandlerCall &H = *C.Handlers;
  popHandler(C);
  ThreadBlock *T = currentThread();
  if (!T) {
    leaveWaitsUnwound(C);
    __pthread_unwind_next(&H.Buffer);
  }
  T->HandlerMask = 0;             // They do not return any more.
  if (H.ByKernel && !C.InHandler) // It may lie on the OS thread's signal stack.
    bind(*T);
  leaveFramesUnwound(*T);
  exitThread(*T, T->Result);
}

[[gnu::noinline]] void callIn(Coroutine &C, const struct sigaction &Action,
                              int Signal, siginfo_t &Info, void *Context) {
  HandlerCall Here;
  Here.ByKernel = Context;
  Here.Stops = mayStop(C);
  if (Here.Stops &&
      sigsetjmp(reinterpret_cast<__jmp_buf_tag *>(Here.Buffer.__cancel_jmp_buf),
                0))
    unwindOn(*thisThread()->Current);
  pushHandler(C, Here);
  call(Action, Signal, Info, Context);
  endHandler(C, Here);
}

} // namespace

void popHandler(Coroutine &C) {
  enterRuntime();
  HandlerCall &H = *C.Handlers;
  C.Handlers = H.Outer;
  C.InHandler = H.InHandler;
  C.NativeWaits = H.Waits;
  if (ThreadBlock *T = currentThread(); !T)
    __pthread_unregister_cancel(&H.Buffer);
  else if (H.Stops)
    T->Cleanup = H.Buffer.__pad[0];
  leaveRuntime();
}

void callHandler(const struct sigaction &Action, int Signal, siginfo_t &Info,
                 void *Context) {
  if (Coroutine *C = interruptedHere())
    callIn(*C, Action, Signal, Info, Context);
  else
    call(Action, Signal, Info, Context);
}

} // namespace oc
