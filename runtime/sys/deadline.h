// deadline.h - points in time. A deadline is absolute and monotonic, in
// nanoseconds; a timeout is relative.
#ifndef OPEN_CO_SYS_DEADLINE_H
#define OPEN_CO_SYS_DEADLINE_H

#include "sys/clock.h"

#include <cstdint>
#include <sys/time.h>

namespace oc {

constexpr int64_t NsPerSecond = 1'000'000'000;

inline int64_t nanoseconds(const timespec &T) {
  // Saturates: a program may ask for the longest possible time.
  if (T.tv_sec >= INT64_MAX / NsPerSecond)
    return INT64_MAX;
  if (T.tv_sec <= INT64_MIN / NsPerSecond)
    return INT64_MIN;
  return T.tv_sec * NsPerSecond + T.tv_nsec;
}

inline int64_t nanoseconds(const timeval &T) {
  return nanoseconds(timespec{T.tv_sec, T.tv_usec * 1000});
}

inline int64_t clockNow(clockid_t Clock) {
  timespec T;
  readClock(Clock, T);
  return nanoseconds(T);
}

/// CLOCK_MONOTONIC in nanoseconds; Never is no deadline at all.
class Deadline {
public:
  static Deadline never() { return Deadline(INT64_MAX); }
  static Deadline at(int64_t MonotonicNs) { return Deadline(MonotonicNs); }
  /// \p Timeout nanoseconds from now; INT64_MAX: never.
  static Deadline in(int64_t Timeout) {
    int64_t Sum;
    if (Timeout == INT64_MAX ||
        __builtin_add_overflow(clockNow(CLOCK_MONOTONIC), Timeout, &Sum))
      return never();
    return Deadline(Sum);
  }
  /// The moment at which \p Clock shows \p Time, if nobody sets the clock.
  static Deadline on(clockid_t Clock, const timespec &Time) {
    if (Clock == CLOCK_MONOTONIC)
      return Deadline(nanoseconds(Time));
    if (Time.tv_sec < 0) // No clock is negative. Polls ask with such times.
      return at(0);
    return in(nanoseconds(Time) - clockNow(Clock));
  }

  bool isNever() const { return Ns == INT64_MAX; }
  bool hasPassed() const { return Ns <= 0 || left() <= 0; }
  /// Nanoseconds until then; 0 or less if it has passed; INT64_MAX for never.
  int64_t left() const {
    if (isNever())
      return INT64_MAX;
    int64_t Left;
    bool LongPast =
        __builtin_sub_overflow(Ns, clockNow(CLOCK_MONOTONIC), &Left);
    return LongPast ? INT64_MIN : Left;
  }
  /// The same; 0 if it has passed.
  timespec timeLeft() const {
    int64_t Positive = left() > 0 ? left() : 0;
    return {Positive / NsPerSecond, Positive % NsPerSecond};
  }
  int64_t ns() const { return Ns; }
  timespec toTimespec() const {
    int64_t Positive = Ns < 0 ? 0 : Ns;
    return {Positive / NsPerSecond, Positive % NsPerSecond};
  }
  friend bool operator<(Deadline A, Deadline B) { return A.Ns < B.Ns; }

private:
  explicit Deadline(int64_t Ns) : Ns(Ns) {}
  int64_t Ns;
};

} // namespace oc

#endif
