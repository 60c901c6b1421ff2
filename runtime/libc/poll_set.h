// poll_set.h - waiting for one of several descriptors. The kernel's poll with
// no timeout tells what is ready; between two of them the coroutine is parked
// until one of the descriptors has an edge.
#ifndef OPEN_CO_LIBC_POLL_SET_H
#define OPEN_CO_LIBC_POLL_SET_H

#include "sched/wait_ready.h"
#include "signal/signals.h"

#include <poll.h>

namespace oc {

/// Descriptors of the running coroutine's call. Each is the file that it was
/// when added, whatever becomes of its number meanwhile, as in the kernel.
class PollSet {
public:
  /// For up to \p Most descriptors.
  explicit PollSet(size_t Most);
  ~PollSet();
  PollSet(const PollSet &) = delete;
  PollSet &operator=(const PollSet &) = delete;

  /// False without memory.
  explicit operator bool() const { return Waiters; }

  /// It is ready when it has one of the events that count.
  void add(int Fd, short Events, short Counting = ~short{0});

  /// Waits until something is ready or \p Until passes. \returns how many are
  /// ready, a negative errno value, SignalWaits or MustBlock.
  long wait(Deadline Until);

  /// What wait() returns where the plain call is right; no errno value, either.
  static constexpr long MustBlock = SignalWaits - 1;

  size_t size() const { return N; }
  /// What poll said of the I-th.
  short found(size_t I) const { return Files[I].revents; }

private:
  static constexpr size_t Few = 8; // That many are on the stack.
  static constexpr size_t Each =
      sizeof(FdWaiter) + sizeof(pollfd) + sizeof(short);
  size_t bytes() const { return Room * Each; }
  long tryPoll();

  size_t Room, N = 0;
  FdWaiter *Waiters;
  pollfd *Files;
  short *Counts;
  alignas(FdWaiter) char Local[Few * Each];
};

/// Calls \p Wait(), which makes a set and returns what its wait() does or how
/// many are ready. The set has gone before a signal's handler runs, which may
/// never come back; afterwards nothing is restarted (signal(7)).
/// \p Block makes the plain call, on the OS thread.
template <typename Wait, typename Block>
long waitForOne(Wait WaitOnce, Block Blocking) {
  for (;;) {
    long Result = WaitOnce();
    if (Result == PollSet::MustBlock)
      return opaqueRaw(Blocking);
    if (Result != SignalWaits)
      return Result;
    if (long Error = interrupted(false))
      return Error;
  }
}

} // namespace oc

#endif
