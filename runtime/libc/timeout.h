// timeout.h - reads the relative times that calls are given.
#ifndef OPEN_CO_LIBC_TIMEOUT_H
#define OPEN_CO_LIBC_TIMEOUT_H

#include "signal/user_copy.h"
#include "sys/deadline.h"

namespace oc {

inline bool isValid(const timespec &T) {
  return T.tv_sec >= 0 && T.tv_nsec >= 0 && T.tv_nsec < NsPerSecond;
}

/// The same for a point in time: one before the clock began has passed.
inline bool isValidTime(const timespec &T) {
  return T.tv_nsec >= 0 && T.tv_nsec < NsPerSecond;
}

/// Whether locks, conditions and joins can wait on \p Clock.
inline bool canWaitOn(clockid_t Clock) {
  return Clock == CLOCK_REALTIME || Clock == CLOCK_MONOTONIC;
}

/// Whether they can wait until that shows \p Time.
inline bool canWaitUntil(clockid_t Clock, const timespec &Time) {
  return canWaitOn(Clock) && isValidTime(Time);
}

/// Until when a call with \p Timeout waits; null: for ever. \returns false for
/// a time that the kernel refuses, too.
inline bool readTimeout(const timespec *Timeout, Deadline &Until) {
  timespec Time;
  if (!Timeout) {
    Until = Deadline::never();
    return true;
  }
  if (!readUser(Time, Timeout) || !isValid(Time))
    return false;
  Until = Deadline::in(nanoseconds(Time));
  return true;
}

/// The same for a time in milliseconds; negative: for ever.
inline Deadline afterMs(int TimeoutMs) {
  return TimeoutMs < 0 ? Deadline::never()
                       : Deadline::in(int64_t{TimeoutMs} * 1'000'000);
}

} // namespace oc

#endif
