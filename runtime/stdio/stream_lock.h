// stream_lock.h - the lock of a stdio stream, for a coroutine that may be
// suspended while it holds it. The words are glibc's (_IO_lock_t), so that
// functions without a wrapper, and libraries, exclude each other with us.
#ifndef OPEN_CO_STDIO_STREAM_LOCK_H
#define OPEN_CO_STDIO_STREAM_LOCK_H

#include "coro/held_locks.h"
#include "coro/os_thread.h"
#include "signal/signals.h"
#include "stdio/stream.h"
#include "sys/sanitizer.h"
#include "thread/cancel.h"

#include <cstdio>

namespace oc {

/// One stream that a coroutine has locked.
struct HeldStream : HeldLock {
  /// Whether the coroutine did not have it before.
  bool Outermost = false;
};

/// flockfile(3) and funlockfile(3) of the suspendable coroutine \p C, which may
/// be suspended in between. \p H tells them apart from other locks of \p C.
void lockStream(Coroutine &C, FILE &F, HeldStream &H);
void unlockStream(Coroutine &C, HeldStream &H);

/// Locks a stream as libc's functions do: not where the program said that it
/// does so itself (__fsetlocking).
class StreamLock {
public:
  StreamLock(Coroutine &C, FILE &F);
  ~StreamLock() {
    if (Held.Owner)
      unlockStream(C, Held);
  }
  StreamLock(const StreamLock &) = delete;
  StreamLock &operator=(const StreamLock &) = delete;

private:
  Coroutine &C;
  HeldStream Held;
};

/// Calls \p Op on \p F: a cancellation point where it reads or writes, not
/// where the buffer has what it needs. A request is acted on when \p F is not
/// locked any more.
template <typename Callable> auto onStream(FILE &F, Callable Given) {
  // What libc puts there it may give to a function of the program's.
  if (char *P = F._IO_write_base)
    sanitizer::written(P, static_cast<size_t>(F._IO_buf_end - P));
  // libc itself writes to files.
  bool IsTooLarge = false;
  auto Op = [&] {
    auto Result = Given();
    IsTooLarge =
        flagsOf(F) & _IO_ERR_SEEN && errno == EFBIG && consumeSignal(SIGXFSZ);
    return Result;
  };
  ThreadBlock *T = openCancellationPoint(false);
  if (!T) {
    auto Result = Op();
    if (IsTooLarge)
      sendToSelf(SIGXFSZ);
    arrive();
    return Result;
  }
  int EarlierError = flagsOf(F) & _IO_ERR_SEEN;
  auto Cancelled = failed<decltype(Op())>();
  auto Result = callsLibc(*T) ? cancellable(Op, Cancelled) : Op();
  bool HasFailed = Result == Cancelled || flagsOf(F) & _IO_ERR_SEEN;
  bool Ended = HasFailed && errno == EINTR && T->CancelRequested.load();
  if (Ended && !EarlierError)
    // Nothing is wrong with the stream. Another thread may have it by now.
    __atomic_fetch_and(&F._flags, ~_IO_ERR_SEEN, __ATOMIC_RELAXED);
  if (IsTooLarge)
    sendToSelf(SIGXFSZ);
  arrive();
  closeCancellationPoint(*T, Ended);
  return Result;
}

/// Calls \p Ours, with \p F locked, if the caller is a coroutine that may be
/// suspended, else libc's function. That is right for wide streams, too: bytes
/// are neither read nor written there.
template <typename OursFn, typename NativeFn>
auto onLocked(FILE &F, OursFn Ours, NativeFn Native) {
  return onStream(F, [&] {
    Coroutine *C = suspendable();
    if (!C || isWide(F)) {
      auto Result = Native();
      sanitizer::release(F._lock); // It may have made the buffer.
      return Result;
    }
    StreamLock Locked(*C, F);
    return Ours();
  });
}

/// The same where the program sees to the lock.
template <typename OursFn, typename NativeFn>
auto onUnlocked(FILE &F, OursFn Ours, NativeFn Native) {
  return onStream(
      F, [&] { return suspendable() && !isWide(F) ? Ours() : Native(); });
}

} // namespace oc

#endif
