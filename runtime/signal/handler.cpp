// handler.cpp - calls the program's handlers. One may end its thread: then its
// own frames are unwound up to here, next what it interrupted is put right, and
// unwinding goes on from here. Main, and native threads, are unwound by libc.
#include "signal/handler.h"
#include "sched/os_threads.h"
#include "sched/scheduler.h"
#include "signal/signals.h"
#include "sys/sanitizer.h"
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
  if (ThreadBlock *T = currentThread()) {
    auto *Here = static_cast<char *>(__builtin_frame_address(0));
    bool OnStack = Here >= T->Memory.Low && Here < T->Memory.top();
    // ThreadSanitizer's setjmp, on a signal stack, forgets all those below.
    return OnStack || !sanitizer::isThreadSanitizer() ? T : nullptr;
  }
  OsThread *Here = thisThread();
  bool Waits = Here && !Here->InVfork && Here->Foreign && Here->Current &&
               Here->Current->InnermostWait;
  return Waits ? Here->Current : nullptr;
}

void pushHandler(Coroutine &C, HandlerCall &H) {
  H.Outer = std::exchange(C.Handlers, &H);
  H.CancelOpen = std::exchange(C.CancelOpen, false);
  if (ThreadBlock *T = currentThread()) {
    H.Buffer.__pad[0] = std::exchange(T->Cleanup, &H.Buffer);
    H.CancelHeldAt = std::exchange(T->CancelHeldAt, nullptr);
    return;
  }
  __pthread_register_cancel(&H.Buffer);
  if (H.CancelOpen) // Closed to libc while it waits: openNativeWait().
    pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, nullptr);
}

/// The handler has returned.
void endHandler(Coroutine &C) {
  HandlerCall &H = *C.Handlers;
  if (ThreadBlock *T = currentThread())
    T->CancelHeldAt = H.CancelHeldAt;
  else if (H.CancelOpen)
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, nullptr);
  C.CancelOpen = H.CancelOpen;
  popHandler(C);
}

/// The handler's frames are unwound.
[[noreturn]] void unwindOn(Coroutine &C) {
  HandlerCall &H = *C.Handlers;
  C.Handlers = H.Outer;
  ThreadBlock *T = currentThread();
  if (!T) {
    leaveWaitsUnwound(C);
    __pthread_unwind_next(&H.Buffer);
  }
  OsThread &Here = *thisThread();
  if (Here.InHandler && !T->Handlers) {
    // The kernel called it, maybe on the signal stack of this OS thread.
    Here.InHandler = false;
    stayHere(*T);
    becomeOsThread();
  }
  leaveFramesUnwound(*T);
  exitThread(*T, T->Result);
}

[[gnu::noinline]] void callIn(Coroutine &C, const struct sigaction &Action,
                              int Signal, siginfo_t &Info, void *Context) {
  HandlerCall Here;
  if (sigsetjmp(reinterpret_cast<__jmp_buf_tag *>(Here.Buffer.__cancel_jmp_buf),
                0))
    unwindOn(*thisThread()->Current);
  pushHandler(C, Here);
  call(Action, Signal, Info, Context);
  endHandler(C);
}

} // namespace

void popHandler(Coroutine &C) {
  HandlerCall &H = *C.Handlers;
  C.Handlers = H.Outer;
  if (ThreadBlock *T = currentThread())
    T->Cleanup = H.Buffer.__pad[0];
  else
    __pthread_unregister_cancel(&H.Buffer);
}

void callHandler(const struct sigaction &Action, int Signal, siginfo_t &Info,
                 void *Context) {
  if (Coroutine *C = interruptedHere())
    callIn(*C, Action, Signal, Info, Context);
  else
    call(Action, Signal, Info, Context);
}

} // namespace oc
