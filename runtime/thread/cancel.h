// cancel.h - cancellation points: calls that a request of pthread_cancel ends.
//
//   wrapper       cancellationPoint(Op): acts on a request that is there
//   a wait in Op  ends with EINTR when a request comes (isInterrupted())
//   wrapper       nothing was done: acts, which unwinds the stack from here
//
// So nothing is unwound that the runtime has on the stack, and a call that has
// its result returns it. Where Op blocks in the kernel, libc ends the call.
#ifndef OPEN_CO_THREAD_CANCEL_H
#define OPEN_CO_THREAD_CANCEL_H

#include "sched/scheduler.h"
#include "sync/guarded.h"
#include "sys/sanitizer.h"
#include "thread/thread_block.h"

namespace oc {

/// Acts on a request, if there is one and cancellation is enabled; later, if
/// not \p AtOnce.
/// \returns the caller if a later one may end its call; null if none may: it is
/// disabled, the caller is native, or a caller of ours has opened the point.
ThreadBlock *openCancellationPoint(bool AtOnce = true);
/// \p Ended: the call did nothing, so that a request is acted on.
void closeCancellationPoint(ThreadBlock &T, bool Ended);

/// Whether calls of \p T are libc's own: its OS thread is its own, or it is in
/// a handler that the kernel called.
inline bool callsLibc(const ThreadBlock &T) {
  return T.Bound.load(std::memory_order_relaxed) || T.InHandler;
}

/// Calls \p Op, in which libc may cancel a native thread. That leaves frames of
/// the runtime, which AddressSanitizer has marked if it is instrumented itself.
template <typename Callable> auto callNative(Callable &Op) {
  if constexpr (!__has_feature(address_sanitizer)) {
    return Op();
  } else {
    struct Call {
      Callable &Op;
      decltype(Op()) Result;
    } C{Op, {}};
    __oc_call_guarded(
        [](void *Of) {
          auto &C = *static_cast<Call *>(Of);
          C.Result = C.Op();
        },
        &C, [](void *) {}, nullptr);
    return C.Result;
  }
}

/// A call that is a cancellation point as a whole. \p Op returns -1 or null if
/// it fails; \p Ended(result) tells whether it may have been cancelled. Not \p
/// AtOnce: only \p Op knows whether it comes to one.
template <typename Callable, typename Predicate>
auto cancellationPoint(Callable Op, Predicate Ended, bool AtOnce = true) {
  ThreadBlock *T = openCancellationPoint(AtOnce);
  if (!T) {
    auto Result = callNative(Op);
    arrive();
    return Result;
  }
  auto Result =
      callsLibc(*T) ? cancellable(Op, failed<decltype(Op())>()) : Op();
  arrive(); // Before an end of the call, which a handler may forbid.
  closeCancellationPoint(*T, Ended(Result));
  return Result;
}

template <typename Callable> auto cancellationPoint(Callable Op) {
  return cancellationPoint(
      Op, [](auto Result) { return Result == failed<decltype(Result)>(); });
}

/// The same for calls that return an error number.
template <typename Callable>
int cancellationPointOfErrors(Callable Op, bool AtOnce = true) {
  return cancellationPoint(
      Op, [](int Error) { return Error == EINTR || Error == -1; }, AtOnce);
}

/// For a thread that may be cancelled anywhere (cancel_anywhere.cpp): makes it
/// ready, and interrupts it for a request. The latter under T.SignalGuard.
void allowCancellationAnywhere();
void cancelAnywhere(ThreadBlock &T);

/// A call that libc may cancel. Linked to its thread.
struct CancellableCall {
  __pthread_unwind_buf_t Buffer; // libc's.
  CancellableCall *Outer;        // Of which a handler interrupted this.
  /// ThreadSanitizer cannot jump back: for it a setjmp at a higher address, on
  /// a signal stack, ends those below.
  bool IsForgotten = false;
};

/// Ends T.InCancellable: its frame is left.
void abandonCancellable(ThreadBlock &T);

/// A wait of main, or of a native thread, in our queues: libc, which cancels
/// these, does not then. Linked to the thread.
struct NativeWait {
  int State; // Of libc: whether it may be cancelled.
  NativeWait *Outer;
};
void openNativeWait(Coroutine &C, NativeWait &W);
void closeNativeWait(Coroutine &C, bool Ended);

/// Calls \p Op, which waits in a queue of ours and returns an error number,
/// EINTR when a request comes. Within the cancellation point of a thread of
/// ours; makes one for others, where EINTR may be left without a request that
/// libc acts on.
template <typename Callable> int cancellableWait(Callable Op) {
  Coroutine &C = self();
  if (!thisThread()->Foreign)
    return Op();
  NativeWait W;
  openNativeWait(C, W);
  int Error = Op();
  closeNativeWait(C, Error == EINTR);
  return Error;
}

/// A cancellation point that does not wait.
inline void cancelIfRequested() {
  if (ThreadBlock *T = openCancellationPoint())
    closeCancellationPoint(*T, false);
}

/// While it lives, no call is a cancellation point. The frame may also be left
/// by longjmp.
class NoCancellation {
public:
  explicit NoCancellation(ThreadBlock &T)
      : T(T), WasOpen(T.CancelOpen), HeldAt(T.CancelHeldAt) {
    T.CancelOpen = false;
    T.CancelHeldAt = static_cast<char *>(__builtin_frame_address(0));
  }
  ~NoCancellation() {
    T.CancelOpen = WasOpen;
    T.CancelHeldAt = HeldAt;
  }

private:
  ThreadBlock &T;
  bool WasOpen;
  char *HeldAt;
};

} // namespace oc

#endif
