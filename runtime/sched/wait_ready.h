// wait_ready.h - waits for descriptors: the one try-park-retry loop.
#ifndef OPEN_CO_SCHED_WAIT_READY_H
#define OPEN_CO_SCHED_WAIT_READY_H

#include "reactor/fd_table.h"
#include "sched/scheduler.h"

#include <cerrno>
#include <optional>

namespace oc {

enum class Interest : uint8_t { Read, Write };

enum class Outcome : uint8_t {
  Retry,       // Something happened; try again.
  TimedOut,    // The deadline passed.
  Interrupted, // A signal waits for the coroutine, or it is cancelled.
  Unpollable,  // This file has no readiness: make the blocking call.
};

/// What untilReady() returns for Outcome::Interrupted: the kernel's
/// ERESTARTSYS, which no system call returns. EINTR is what a blocking call
/// returned, whose signal's handler has run.
constexpr long SignalWaits = -512;

/// What a try returns where the file cannot be tried without blocking: it is
/// ready, so make the plain call. Another may be faster; then that one waits.
constexpr long PlainCall = -513;

/// Parks the running coroutine until one of \p N descriptors has had an edge
/// since fds::watch(). The descriptors are those of \p Waiters.
/// \param IsSet poll(2) has looked at each: what a file without readiness has
/// to say does not change, so it is not waited for.
Outcome waitReady(FdWaiter *Waiters, size_t N, Deadline Until,
                  bool IsSet = false);

/// The running coroutine's call on \p Fd.
struct FdCall : FdWaiter {
  FdCall(int Fd, Interest I)
      : FdWaiter(*currentCoroutine(), Fd, I == Interest::Read,
                 I == Interest::Write) {}

  /// When it gives up: asked at the first wait, and the same for all others.
  std::optional<Deadline> Until;
  bool TryMayBlock = false;
  /// Some bytes have gone: a signal ends the call, also with SA_RESTART.
  bool HasBegun = false;
  bool IsSocket = false;     // Whether it blocks was settled when it began.
  bool HasWaited = false;    // At least once.
  bool WasSignalled = false; // At the end of a part: there is no other.
};

/// Calls \p Try(fd) until it returns something other than -EAGAIN, parking in
/// between until the file of \p W is ready. Where it has no readiness, or \p
/// Try says so (PlainCall), it calls \p Block(fd) instead, which may block the
/// OS thread. Several such waits of one call share \p W, and so the file.
/// \param Policy called once, before the first park: gives the deadline, or
/// says that the user does not want to wait (a deadline that has passed).
/// \returns the result of Try or Block; -EAGAIN if the deadline passed;
/// SignalWaits if one waits for the coroutine (the caller delivers it).
template <typename Try, typename Block, typename Policy>
long untilReady(FdCall &W, Policy WaitUntil, Try Op, Block Blocking) {
  auto Plain = [&] {
    fds::leave(W);
    return opaqueRaw([&] { return Blocking(W.Fd); });
  };
  auto Attempt = [&] {
    W.TryMayBlock ? fds::hold(W) : fds::watch(W);
    long R = Op(W.Fd);
    return R == PlainCall ? Plain() : R;
  };
  long Result = Attempt();
  if (Result != -EAGAIN)
    return Result;
  Deadline Until = WaitUntil();
  for (;;) {
    Outcome How = Outcome::TimedOut;
    // A datagram socket that was shut down says so to who waits only.
    W.HasWaited |= Until.ns() != 0;
    if (Until.ns())
      How = W.Read && fds::sawEndOfInput(W.Fd) ? Outcome::Unpollable
                                               : waitReady(&W, 1, Until);
    switch (How) {
    case Outcome::Retry:
      Result = Attempt();
      break;
    case Outcome::TimedOut:
      if (Until.ns()) // It may have come at the last moment.
        Result = Attempt();
      break;
    case Outcome::Interrupted:
      Result = SignalWaits;
      break;
    case Outcome::Unpollable:
      Result = Plain();
      break;
    }
    if (Result != -EAGAIN || Until.ns() == 0 || Until.hasPassed())
      break;
  }
  return Result;
}

} // namespace oc

#endif
