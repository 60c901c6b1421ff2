#include "sys/deadline.h"

#include <gtest/gtest.h>

namespace oc {
namespace {

constexpr int64_t Hour = 3600 * NsPerSecond;

TEST(Deadline, TimespecIsNanoseconds) {
  EXPECT_EQ(nanoseconds(timespec{0, 0}), 0);
  EXPECT_EQ(nanoseconds(timespec{1, 2}), NsPerSecond + 2);
  EXPECT_EQ(nanoseconds(timespec{-1, 0}), -NsPerSecond);
}

TEST(Deadline, TimevalIsNanoseconds) {
  EXPECT_EQ(nanoseconds(timeval{1, 2}), NsPerSecond + 2000);
}

TEST(Deadline, LongTimesSaturate) {
  constexpr time_t Most = INT64_MAX / NsPerSecond;
  EXPECT_EQ(nanoseconds(timespec{INT64_MAX, 999'999'999}), INT64_MAX);
  EXPECT_EQ(nanoseconds(timespec{Most, 0}), INT64_MAX);
  EXPECT_EQ(nanoseconds(timespec{Most - 1, 999'999'999}),
            (Most - 1) * NsPerSecond + 999'999'999);
  EXPECT_EQ(nanoseconds(timeval{INT64_MAX, 0}), INT64_MAX);
}

TEST(Deadline, TimesLongPastSaturate) {
  constexpr time_t Least = INT64_MIN / NsPerSecond;
  EXPECT_EQ(nanoseconds(timespec{INT64_MIN, 0}), INT64_MIN);
  EXPECT_EQ(nanoseconds(timespec{Least - 1, 999'999'999}), INT64_MIN);
  EXPECT_EQ(nanoseconds(timespec{Least, 0}), INT64_MIN);
  EXPECT_EQ(nanoseconds(timespec{Least + 1, 0}), (Least + 1) * NsPerSecond);
  EXPECT_EQ(nanoseconds(timeval{INT64_MIN, 0}), INT64_MIN);
}

TEST(Deadline, LongestTimeoutIsNever) {
  EXPECT_TRUE(Deadline::in(INT64_MAX).isNever());
  EXPECT_TRUE(Deadline::in(INT64_MAX - 1).isNever()); // Now + that overflows.
  EXPECT_TRUE(Deadline::on(CLOCK_MONOTONIC, {INT64_MAX, 0}).isNever());
  EXPECT_GT(Deadline::on(CLOCK_REALTIME, {INT64_MAX, 0}).left(),
            100 * 365 * 24 * Hour);
}

TEST(Deadline, NeverDoesNotPass) {
  EXPECT_FALSE(Deadline::never().hasPassed());
  EXPECT_EQ(Deadline::never().left(), INT64_MAX);
  EXPECT_FALSE(Deadline::at(INT64_MAX - 1).isNever());
}

TEST(Deadline, PastHasPassed) {
  EXPECT_TRUE(Deadline::at(0).hasPassed());
  EXPECT_TRUE(Deadline::in(0).hasPassed());
  EXPECT_TRUE(Deadline::in(-Hour).hasPassed());
  EXPECT_LE(Deadline::in(-Hour).left(), -Hour);
}

TEST(Deadline, LongPastHasPassed) {
  EXPECT_TRUE(Deadline::at(INT64_MIN).hasPassed());
  EXPECT_EQ(Deadline::at(INT64_MIN).left(), INT64_MIN);
  EXPECT_TRUE(Deadline::in(INT64_MIN).hasPassed());
  for (clockid_t Clock : {CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME}) {
    Deadline D = Deadline::on(Clock, {INT64_MIN, 0});
    EXPECT_FALSE(D.isNever()) << Clock;
    EXPECT_TRUE(D.hasPassed()) << Clock;
    EXPECT_EQ(D.toTimespec().tv_sec, 0) << Clock;
  }
}

TEST(Deadline, FutureHasNotPassed) {
  Deadline D = Deadline::in(Hour);
  EXPECT_FALSE(D.hasPassed());
  EXPECT_GT(D.left(), 0);
  EXPECT_LE(D.left(), Hour);
}

TEST(Deadline, EachClockIsReadAsItself) {
  for (clockid_t Clock : {CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME}) {
    timespec Time;
    clock_gettime(Clock, &Time);
    EXPECT_TRUE(Deadline::on(Clock, Time).hasPassed()) << Clock;
    Time.tv_sec += 3600;
    Deadline D = Deadline::on(Clock, Time);
    EXPECT_FALSE(D.hasPassed()) << Clock;
    EXPECT_LE(D.left(), Hour) << Clock;
  }
}

TEST(Deadline, KernelTimeIsNotNegative) {
  timespec T = Deadline::at(-5).toTimespec();
  EXPECT_EQ(T.tv_sec, 0);
  EXPECT_EQ(T.tv_nsec, 0);
  T = Deadline::at(2 * NsPerSecond + 3).toTimespec();
  EXPECT_EQ(T.tv_sec, 2);
  EXPECT_EQ(T.tv_nsec, 3);
}

TEST(Deadline, SoonerIsLess) {
  EXPECT_LT(Deadline::at(1), Deadline::at(2));
  EXPECT_LT(Deadline::at(INT64_MAX - 1), Deadline::never());
  EXPECT_FALSE(Deadline::at(1) < Deadline::at(1));
}

} // namespace
} // namespace oc
