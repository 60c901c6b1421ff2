// epoll.cpp - waiting on the program's own epoll instances. Such a descriptor
// is readable when it has events, so it is waited for like any other.
#include "libc/timeout.h"
#include "libc/wrapper.h"
#include "sched/wait_ready.h"
#include "signal/signals.h"
#include "sys/errno.h"
#include "sys/program_io.h"
#include "thread/cancel.h"

namespace oc {
namespace {

/// \returns the number of events, 0 once \p Until has passed.
long epollInCoroutine(int Fd, epoll_event *Events, int Max, Deadline Until) {
  auto Try = [&](int Now) {
    long N = io::epollWait(Now, Events, Max, 0);
    return N ? N : -EAGAIN;
  };
  FdCall Call(Fd, Interest::Read);
  for (;;) {
    long R = untilReady(
        Call,
        // Without time to wait a signal does not matter, either.
        [&] { return Until.hasPassed() ? Deadline::at(0) : Until; }, Try,
        [&](int Now) {
          pollfd P{Now, POLLIN, 0};
          timespec Left = Until.timeLeft();
          sys::ppoll(&P, 1, Until.isNever() ? nullptr : &Left);
          return Try(Now);
        });
    if (R == -EAGAIN)
      return 0;
    if (R != SignalWaits)
      return R;
    fds::release(Call);
    if (long Error = interrupted(false))
      return Error;
  }
}

int epollWithMask(int Fd, epoll_event *Events, int Max, Deadline Until,
                  const sigset_t *Mask) {
  return static_cast<int>(toErrno(withMask(
      Mask, [&] { return epollInCoroutine(Fd, Events, Max, Until); })));
}

} // namespace
} // namespace oc

using namespace oc;

OC_WRAPPER int __oc_epoll_wait(int Fd, epoll_event *Events, int Max,
                               int TimeoutMs) {
  return __oc_epoll_pwait(Fd, Events, Max, TimeoutMs, nullptr);
}

OC_WRAPPER int __oc_epoll_pwait(int Fd, epoll_event *Events, int Max,
                                int TimeoutMs, const sigset_t *Mask) {
  return cancellationPoint([&]() -> int {
    if (!suspendable())
      return epoll_pwait(Fd, Events, Max, TimeoutMs, Mask);
    return epollWithMask(Fd, Events, Max, afterMs(TimeoutMs), Mask);
  });
}

OC_WRAPPER int __oc_epoll_pwait2(int Fd, epoll_event *Events, int Max,
                                 const timespec *Timeout,
                                 const sigset_t *Mask) {
  return cancellationPoint([&]() -> int {
    Deadline Until = Deadline::never();
    if (!suspendable() || !readTimeout(Timeout, Until))
      return epoll_pwait2(Fd, Events, Max, Timeout, Mask); // An error.
    return epollWithMask(Fd, Events, Max, Until, Mask);
  });
}
