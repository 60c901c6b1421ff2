// exit.cpp - pthread_exit (and cancellation, cancel.cpp) unwinds the stack as
// glibc does: C++ destructors by forced unwinding, C's cleanup handlers by
// longjmp to the buffers that pthread_cleanup_push registered.
#include "thread/exit.h"
#include "libc/wrapper.h"
#include "sched/os_threads.h"
#include "sched/scheduler.h"
#include "signal/signals.h"
#include "sync/robust.h"
#include "sys/message.h"
#include "sys/sanitizer.h"
#include "thread/keys.h"
#include "thread/locals.h"
#include "thread/thread_block.h"

#include <csetjmp>
#include <cstdlib>
#include <unwind.h>

// glibc's, as C's pthread_cleanup_push calls them (<pthread.h> declares them
// for C only).
extern "C" {
void __pthread_register_cancel(__pthread_unwind_buf_t *);
void __pthread_register_cancel_defer(__pthread_unwind_buf_t *);
void __pthread_unregister_cancel(__pthread_unwind_buf_t *);
void __pthread_unregister_cancel_restore(__pthread_unwind_buf_t *);
void __pthread_unwind_next(__pthread_unwind_buf_t *) __attribute__((noreturn));
}

namespace oc {
namespace {

std::atomic<long> NumLive{0};
std::atomic<bool> FirstHasExited{false};

/// The stack pointer that setjmp saved in \p Buffer. glibc mangles it with a
/// value at %fs:0x30 (sysdeps/unix/sysv/linux/x86_64/pointer_guard.h).
uintptr_t savedStackPointer(const __pthread_unwind_buf_t &Buffer) {
  constexpr int SavedRsp = 6;
  auto Mangled = static_cast<uintptr_t>(
      Buffer.__cancel_jmp_buf[0].__cancel_jmp_buf[SavedRsp]);
  uintptr_t Guard;
  asm("movq %%fs:0x30, %0" : "=r"(Guard));
  return ((Mangled >> 17) | (Mangled << 47)) ^ Guard;
}

/// Where code without unwind tables is on the stack, that is its end, and what
/// lies above is left as by a jump.
_Unwind_Reason_Code stopAtFrame(int, _Unwind_Action Actions,
                                _Unwind_Exception_Class, _Unwind_Exception *,
                                _Unwind_Context *Context, void *Thread) {
  auto &T = *static_cast<ThreadBlock *>(Thread);
  bool End = Actions & _UA_END_OF_STACK;
  bool EndsEarly = End && _Unwind_GetIP(Context) != 0;
  auto *Buffer = static_cast<__pthread_unwind_buf_t *>(T.Cleanup);
  // As libc compares: frames off the stack, a signal handler's, come first.
  auto Top = reinterpret_cast<uintptr_t>(T.StackTop) + 1;
  // A handler of this very frame, or of one that unwinding stepped over.
  if (Buffer && (End || _Unwind_GetCFA(Context) - Top >=
                            savedStackPointer(*Buffer) - Top)) {
    T.Cleanup = Buffer->__pad[0]; // The handler itself may call pthread_exit.
    if (EndsEarly)
      leaveFrames(reinterpret_cast<void *>(savedStackPointer(*Buffer)));
    longjmp(reinterpret_cast<__jmp_buf_tag *>(Buffer->__cancel_jmp_buf), 1);
  }
  if (EndsEarly)
    leaveFrames(T.StackTop);
  if (End)
    finishThread(T.Result);
  return _URC_NO_REASON;
}

void notRethrown(_Unwind_Reason_Code, _Unwind_Exception *) {
  say("a catch (...) block swallowed pthread_exit; it must throw on");
  abort();
}

[[noreturn]] void unwind(ThreadBlock &T) {
  T.Exit = {};
  T.Exit.exception_cleanup = notRethrown;
  sanitizer::leavingFrames(); // For what destructors call.
  _Unwind_ForcedUnwind(&T.Exit, stopAtFrame, &T);
  // The stack cannot be unwound to its end.
  finishThread(T.Result);
}

void firstThreadEnded() {
  FirstHasExited.store(true);
  mainHasExited();
  if (NumLive.load() == 0)
    exit(0);
}

[[gnu::constructor]] void setUp() { FirstThreadEnded = firstThreadEnded; }

} // namespace

void exitThread(ThreadBlock &T, void *Result) {
  deliverSignals(); // Natively handled by now, before cleanup handlers.
  T.Exits = true;
  T.CancelOpen = false;
  T.Result = Result;
  unwind(T);
}

void countThread(int Change) {
  if (NumLive.fetch_add(Change) + Change == 0 && FirstHasExited.load())
    exit(0);
}

void finishThread(void *Result) {
  ThreadBlock &T = *currentThread();
  T.Result = Result;
  deliverSignals(); // As above, before destructors.
  // One that returned may be cancelled in them, which comes back to here.
  runLocalDestructors(T);
  runKeyDestructors(T);
  T.Exits = true;
  removeLive(T);
  deliverSignals(); // The process gets no other thread for what T was given.
  if (thisThread()->Retires)
    leaveRobustMutexes();
  // The child of a thread's fork: its first thread is one of ours.
  OsThread *Own = T.Bound.load(std::memory_order_relaxed);
  if (Own && Own->Tid == sys::processId()) {
    mainHasExited();
  } else if (retiresHere()) {
    T.EndsWith = pthread_self();
    thisThread()->IsAwaited = true;
  }
  sanitizer::release(&T);
  countThread(-1);
  endCoroutine();
}

void resetThreadCountInChild() {
  ThreadBlock *T = currentThread();
  NumLive.store(T ? 1 : 0);
  // Natively, too, the child ends with its last thread.
  FirstHasExited.store(T != nullptr);
}

} // namespace oc

OC_WRAPPER void __oc_pthread_exit(void *Result) {
  oc::ThreadBlock *T = oc::currentThread();
  if (!T) {
    if (oc::schedulerRuns())
      oc::self(); // So that its end is noticed.
    pthread_exit(Result);
  }
  oc::exitThread(*T, Result);
}

OC_WRAPPER void __oc___pthread_register_cancel(__pthread_unwind_buf_t *Buffer) {
  oc::ThreadBlock *T = oc::currentThread();
  if (!T)
    return __pthread_register_cancel(Buffer);
  Buffer->__pad[0] = T->Cleanup;
  T->Cleanup = Buffer;
}

OC_WRAPPER void
__oc___pthread_unregister_cancel(__pthread_unwind_buf_t *Buffer) {
  oc::ThreadBlock *T = oc::currentThread();
  if (!T)
    return __pthread_unregister_cancel(Buffer);
  T->Cleanup = Buffer->__pad[0];
}

// pthread_cleanup_push_defer_np(3): meanwhile cancellation is deferred.

OC_WRAPPER void
__oc___pthread_register_cancel_defer(__pthread_unwind_buf_t *Buffer) {
  oc::ThreadBlock *T = oc::currentThread();
  if (!T)
    return __pthread_register_cancel_defer(Buffer);
  __oc___pthread_register_cancel(Buffer);
  intptr_t Type = T->CancelType.exchange(PTHREAD_CANCEL_DEFERRED);
  Buffer->__pad[1] = reinterpret_cast<void *>(Type);
}

OC_WRAPPER void
__oc___pthread_unregister_cancel_restore(__pthread_unwind_buf_t *Buffer) {
  oc::ThreadBlock *T = oc::currentThread();
  if (!T)
    return __pthread_unregister_cancel_restore(Buffer);
  __oc___pthread_unregister_cancel(Buffer);
  if (reinterpret_cast<intptr_t>(Buffer->__pad[1]) != PTHREAD_CANCEL_DEFERRED)
    __oc_pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, nullptr);
}

OC_WRAPPER void __oc___pthread_unwind_next(__pthread_unwind_buf_t *Buffer) {
  oc::ThreadBlock *T = oc::currentThread();
  if (!T)
    __pthread_unwind_next(Buffer);
  T->Cleanup = Buffer->__pad[0];
  oc::unwind(*T);
}

OC_WRAPPER void __oc_exit(int Status) noexcept {
  // Natively exit() runs the calling thread's thread_local destructors; libc
  // knows those of OS threads only.
  if (oc::ThreadBlock *T = oc::currentThread())
    oc::runLocalDestructors(*T);
  exit(Status);
}
