// poll.cpp - poll(2) and ppoll(2).
#include "libc/poll_set.h"
#include "libc/timeout.h"
#include "libc/wrapper.h"
#include "signal/signals.h"
#include "sys/errno.h"
#include "sys/program_io.h"
#include "thread/cancel.h"

// glibc's, for _FORTIFY_SOURCE.
extern "C" [[noreturn]] void __chk_fail();

namespace oc {
namespace {

long pollInCoroutine(pollfd *Fds, nfds_t N, Deadline Until) {
  long Ready = io::poll(Fds, N, 0);
  if (Ready == 0 && self().hasSignal()) // Even if it need not wait.
    Ready = interrupted(false);
  if (Ready != 0 || Until.hasPassed())
    return Ready;
  auto Wait = [&]() -> long {
    PollSet Set(N);
    if (!Set)
      return -ENOMEM;
    for (nfds_t I = 0; I < N; ++I)
      if (Fds[I].fd >= 0)
        Set.add(Fds[I].fd, Fds[I].events);
    long Found = Set.wait(Until);
    for (nfds_t I = 0, At = 0; I < N && Found > 0; ++I)
      sanitizer::give(Fds[I].revents,
                      Fds[I].fd >= 0 ? Set.found(At++) : short{0});
    return Found;
  };
  return waitForOne(Wait, [&] {
    timespec Left = Until.timeLeft();
    return sys::ppoll(Fds, N, Until.isNever() ? nullptr : &Left);
  });
}

} // namespace
} // namespace oc

using namespace oc;

OC_WRAPPER int __oc_poll(pollfd *Fds, nfds_t N, int TimeoutMs) {
  return cancellationPoint([&]() -> int {
    if (!suspendable())
      return poll(Fds, N, TimeoutMs);
    return static_cast<int>(
        toErrno(pollInCoroutine(Fds, N, afterMs(TimeoutMs))));
  });
}

OC_WRAPPER int __oc_ppoll(pollfd *Fds, nfds_t N, const timespec *Timeout,
                          const sigset_t *Mask) {
  return cancellationPoint([&]() -> int {
    Deadline Until = Deadline::never();
    if (!suspendable() || !readTimeout(Timeout, Until))
      return ppoll(Fds, N, Timeout, Mask); // The last is an error.
    return static_cast<int>(toErrno(
        withMask(Mask, [&] { return pollInCoroutine(Fds, N, Until); })));
  });
}

OC_WRAPPER int __oc___poll_chk(pollfd *Fds, nfds_t N, int TimeoutMs,
                               size_t Room) {
  if (Room / sizeof *Fds < N)
    __chk_fail();
  return __oc_poll(Fds, N, TimeoutMs);
}

OC_WRAPPER int __oc___ppoll_chk(pollfd *Fds, nfds_t N, const timespec *Timeout,
                                const sigset_t *Mask, size_t Room) {
  if (Room / sizeof *Fds < N)
    __chk_fail();
  return __oc_ppoll(Fds, N, Timeout, Mask);
}
