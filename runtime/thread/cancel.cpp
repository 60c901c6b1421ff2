// cancel.cpp - pthread_cancel, and how a call in the kernel is ended. That libc
// does: the call's OS thread gets a request of its own, libc unwinds its frames
// (and kills system()'s child, say), and comes out in CallCancellable. What
// libc knows of the request cannot be taken back, so the OS thread belongs to
// the thread from then on, and ends with it.
#include "thread/cancel.h"
#include "libc/wrapper.h"
#include "sched/os_threads.h"
#include "sched/scheduler.h"
#include "sched/wait_queue.h"
#include "signal/kernel_handler.h"
#include "sys/errno.h"
#include "sys/sanitizer.h"
#include "thread/exit.h"

#include <csetjmp>
#include <mutex>
#include <utility>

// glibc's, as C's pthread_cleanup_push calls them (<pthread.h> declares them
// for C only).
extern "C" {
void __pthread_register_cancel(__pthread_unwind_buf_t *);
void __pthread_unregister_cancel(__pthread_unwind_buf_t *);
}

namespace oc {
namespace {

bool isEnabled(ThreadBlock &T) {
  auto *Here = static_cast<char *>(__builtin_frame_address(0));
  if (T.CancelHeldAt && Here > T.CancelHeldAt)
    T.CancelHeldAt = nullptr; // Its frame was left.
  return T.CancelState == PTHREAD_CANCEL_ENABLE && !T.Exits && !T.CancelHeldAt;
}

void act(ThreadBlock &T) {
  if (T.CancelRequested.load(std::memory_order_acquire))
    exitThread(T, PTHREAD_CANCELED);
}

/// After a change: acts if the thread may be cancelled at any time.
void actIfAsynchronous(ThreadBlock &T) {
  if (T.mayBeCancelledAnywhere() && isEnabled(T))
    act(T);
}

/// Opens the OS thread to libc's cancellation.
void openLibc(ThreadBlock &T) {
  bool Send;
  {
    std::lock_guard Held(T.SignalGuard);
    T.CancelByLibc = thisThread();
    // A request that comes later finds the OS thread.
    Send = T.CancelRequested.load() && !T.CancelSent.exchange(true);
  }
  if (Send) // libc knows whether the call comes to where it acts.
    pthread_cancel(pthread_self());
}

void closeLibc(ThreadBlock &T) {
  {
    std::lock_guard Held(T.SignalGuard);
    T.CancelByLibc = T.InCancellable ? thisThread() : nullptr;
  }
  while (T.CancelSenders.load())
    sys::yield();
  // A handler that the kernel called stays here; then more is done.
  if (!T.CancelSent || T.InHandler)
    return;
  int Saved = getErrno(); // Of a call that was faster.
  stayHere(T);
  becomeOsThread();
  setErrno(Saved);
}

/// Undoes what callCancellable() did.
void endCancellable(ThreadBlock &T) {
  pthread_setcanceltype(PTHREAD_CANCEL_DEFERRED, nullptr);
  pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, nullptr);
  CancellableCall *Call = T.InCancellable;
  T.InCancellable = Call->Outer;
  __pthread_unregister_cancel(&Call->Buffer);
}

bool callCancellable(void (*Op)(void *), void *Argument, bool Raw) {
  ThreadBlock &T = *currentThread(); // The OS thread stays the same meanwhile.
  openLibc(T);
  CancellableCall Call;
  Call.Outer = T.InCancellable;
  auto *Here = reinterpret_cast<__jmp_buf_tag *>(Call.Buffer.__cancel_jmp_buf);
  int Cancelled = sigsetjmp(Here, 0);
  if (Cancelled) {
    oc_frames_below_left();
    if (Cancelled == 1 && sanitizer::isThreadSanitizer() && !Call.IsForgotten)
      leaveSanitizer(Here, 2);
  } else {
    __pthread_register_cancel(&Call.Buffer);
    currentThread()->InCancellable = &Call;
    pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, nullptr);
    if (Raw)
      pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, nullptr);
    Op(Argument);
  }
  endCancellable(*currentThread());
  if (Cancelled)
    makeMaskReal(*currentThread()); // libc's signal was being handled.
  closeLibc(*currentThread());
  if (Cancelled)
    setErrno(EINTR);
  return !Cancelled;
}

[[gnu::constructor]] void setUp() { CallCancellable = callCancellable; }

int cancel(ThreadBlock &T) {
  if (T.CancelRequested.exchange(true))
    return 0;
  if (&T == currentThread()) {
    actIfAsynchronous(T);
    return 0;
  }
  OsThread *ByLibc;
  {
    std::lock_guard Held(T.SignalGuard);
    ByLibc = T.CancelByLibc;
    if (ByLibc) {
      T.CancelSent = true;
      T.CancelSenders.fetch_add(1);
    } else {
      cancelAnywhere(T);
    }
  }
  if (ByLibc) { // Not under the guard: the first call loads a library.
    pthread_cancel(ByLibc->Handle);
    T.CancelSenders.fetch_sub(1);
  }
  unpark(T);
  return 0;
}

/// libc cancels a native thread, unless that is in a wait of ours.
int cancelNative(pthread_t Handle) {
  int Error = pthread_cancel(Handle);
  if (Coroutine *C = Error ? nullptr : findForeign(Handle)) {
    C->CancelRequested.store(true);
    unpark(*C);
  }
  return Error;
}

} // namespace

void abandonCancellable(ThreadBlock &T) {
  endCancellable(T);
  closeLibc(T);
}

void openNativeWait(Coroutine &C, NativeWait &W) {
  C.CancelRequested.store(false); // libc knows of those that came.
  pthread_testcancel();
  pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &W.State);
  W.Outer = std::exchange(C.NativeWaits, &W);
  C.CancelOpen = W.State == PTHREAD_CANCEL_ENABLE;
}

void closeNativeWait(Coroutine &C, bool Ended) {
  C.CancelOpen = false;
  NativeWait &W = *C.NativeWaits;
  C.NativeWaits = W.Outer;
  pthread_setcancelstate(W.State, nullptr);
  if (!Ended)
    return;
  sanitizer::leavingFrames(); // If libc has a request.
  pthread_testcancel();
}

ThreadBlock *openCancellationPoint(bool AtOnce) {
  ThreadBlock *T = currentThread();
  if (!T || T->CancelOpen)
    return nullptr;
  // What was sent before the call does not interrupt it.
  if (T->hasSignal() && suspendable())
    DeliverPending();
  if (!isEnabled(*T))
    return nullptr;
  if (AtOnce)
    act(*T);
  T->CancelOpen = true;
  return T;
}

void closeCancellationPoint(ThreadBlock &T, bool Ended) {
  T.CancelOpen = false;
  if (Ended && T.CancelState == PTHREAD_CANCEL_ENABLE) // A handler may say so.
    act(T);
  actIfAsynchronous(T); // The interruption was left to this point.
}

} // namespace oc

using namespace oc;

OC_WRAPPER int __oc_pthread_cancel(pthread_t Handle) {
  return forThread(Handle, cancel, [&] { return cancelNative(Handle); });
}

OC_WRAPPER int __oc_pthread_setcancelstate(int State, int *Old) {
  ThreadBlock *T = currentThread();
  if (!T)
    return pthread_setcancelstate(State, Old);
  if (State != PTHREAD_CANCEL_ENABLE && State != PTHREAD_CANCEL_DISABLE)
    return EINVAL;
  if (Old)
    sanitizer::give(*Old, T->CancelState);
  T->CancelState = State;
  actIfAsynchronous(*T);
  return 0;
}

OC_WRAPPER int __oc_pthread_setcanceltype(int Type, int *Old) {
  ThreadBlock *T = currentThread();
  if (!T)
    return pthread_setcanceltype(Type, Old);
  if (Type != PTHREAD_CANCEL_DEFERRED && Type != PTHREAD_CANCEL_ASYNCHRONOUS)
    return EINVAL;
  if (Old)
    sanitizer::give(*Old, T->CancelType.load());
  if (Type == PTHREAD_CANCEL_ASYNCHRONOUS)
    allowCancellationAnywhere();
  T->CancelType = Type;
  actIfAsynchronous(*T);
  return 0;
}

OC_WRAPPER void __oc_pthread_testcancel() {
  if (currentThread())
    cancelIfRequested();
  else
    pthread_testcancel();
}
