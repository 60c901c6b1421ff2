// time.cpp - sleeping, and giving way.
#include "libc/timeout.h"
#include "libc/wrapper.h"
#include "sched/scheduler.h"
#include "signal/signals.h"
#include "signal/user_copy.h"
#include "sys/errno.h"
#include "thread/cancel.h"

#include <cerrno>

namespace oc {
namespace {

/// Parks until \p Until. \returns 0, or EINTR if a signal's handler ran.
int sleepUntil(Deadline Until) {
  Coroutine &C = self();
  while (!Until.hasPassed()) {
    if (C.isInterrupted() && interrupted(false))
      return EINTR;
    park(Until);
  }
  return 0;
}

/// Clocks that a deadline can be computed for.
bool isKnown(clockid_t Clock) {
  return Clock == CLOCK_REALTIME || Clock == CLOCK_MONOTONIC ||
         Clock == CLOCK_BOOTTIME || Clock == CLOCK_TAI;
}

} // namespace
} // namespace oc

using namespace oc;

/// \returns an error number, unlike its kin.
OC_WRAPPER int __oc_clock_nanosleep(clockid_t Clock, int Flags,
                                    const timespec *Time, timespec *Left) {
  return cancellationPointOfErrors([&]() -> int {
    if (!suspendable())
      return clock_nanosleep(Clock, Flags, Time, Left);
    if (!isKnown(Clock))
      return opaque([&] { return clock_nanosleep(Clock, Flags, Time, Left); });
    timespec Wanted;
    if (!readUser(Wanted, Time))
      return EFAULT;
    if (!isValid(Wanted))
      return EINVAL;
    bool Absolute = Flags & TIMER_ABSTIME;
    Deadline Until = Absolute ? Deadline::on(Clock, Wanted)
                              : Deadline::in(nanoseconds(Wanted));
    int Error = sleepUntil(Until);
    if (Error == EINTR && Left && !Absolute &&
        !writeUser(Left, Until.timeLeft()))
      return EFAULT;
    return Error;
  });
}

OC_WRAPPER int __oc_nanosleep(const timespec *Time, timespec *Left) {
  return cancellationPoint([&]() -> int {
    if (!suspendable())
      return nanosleep(Time, Left);
    return static_cast<int>(
        toErrno(-__oc_clock_nanosleep(CLOCK_REALTIME, 0, Time, Left)));
  });
}

OC_WRAPPER int __oc_usleep(useconds_t Microseconds) {
  return cancellationPoint([&]() -> int {
    timespec Time{Microseconds / 1'000'000, Microseconds % 1'000'000 * 1000L};
    return suspendable() ? __oc_nanosleep(&Time, nullptr)
                         : usleep(Microseconds);
  });
}

/// sleep(3). \returns the seconds left, rounded down as libc does.
OC_WRAPPER unsigned __oc_sleep(unsigned Seconds) {
  if (!suspendable())
    return cancellationPoint([&] { return sleep(Seconds); });
  timespec Time{Seconds, 0}, Left{};
  int Saved = getErrno();
  int Error = __oc_clock_nanosleep(CLOCK_REALTIME, 0, &Time, &Left);
  setErrno(Error ? Error : Saved); // As libc's, though it does not fail.
  return static_cast<unsigned>(Left.tv_sec);
}

OC_WRAPPER int __oc_sched_yield() noexcept {
  if (!suspendable())
    return sched_yield();
  deliverSignals();
  yield();
  return 0;
}
