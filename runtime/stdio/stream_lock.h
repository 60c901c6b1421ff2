// stream_lock.h - the lock of a stdio stream, for a coroutine that may be
// suspended while it holds it. The words are glibc's (_IO_lock_t), so that
// functions without a wrapper, and libraries, exclude each other with us.
#ifndef OPEN_CO_STDIO_STREAM_LOCK_H
#define OPEN_CO_STDIO_STREAM_LOCK_H

#include "coro/held_locks.h"
#include "coro/os_thread.h"
#include "stdio/stream.h"

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
void unlockStream(Coroutine &C, FILE &F, HeldStream &H);

/// Locks a stream as libc's functions do: not where the program said that it
/// does so itself (__fsetlocking).
class StreamLock {
public:
  StreamLock(Coroutine &C, FILE &F) : C(C), F(F) {
    if (!(F._flags & _IO_USER_LOCK))
      lockStream(C, F, Held);
  }
  ~StreamLock() {
    if (Held.Owner)
      unlockStream(C, F, Held);
  }
  StreamLock(const StreamLock &) = delete;
  StreamLock &operator=(const StreamLock &) = delete;

private:
  Coroutine &C;
  FILE &F;
  HeldStream Held;
};

/// Calls \p Ours, with \p F locked, if the caller is a coroutine that may be
/// suspended, else libc's function. That is right for wide streams, too: bytes
/// are neither read nor written there.
template <typename OursFn, typename NativeFn>
auto onLocked(FILE &F, OursFn Ours, NativeFn Native) {
  Coroutine *C = suspendable();
  if (!C || isWide(F))
    return Native();
  StreamLock Locked(*C, F);
  return Ours();
}

/// The same where the program sees to the lock.
template <typename OursFn, typename NativeFn>
auto onUnlocked(FILE &F, OursFn Ours, NativeFn Native) {
  return suspendable() && !isWide(F) ? Ours() : Native();
}

} // namespace oc

#endif
