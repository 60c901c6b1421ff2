// time.c - operations that sleep, or give way.
#include "../run.h"

#include <sched.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <threads.h>

static const clockid_t Clocks[] = {CLOCK_MONOTONIC, CLOCK_REALTIME,
                                   CLOCK_BOOTTIME, CLOCK_TAI};

OP(sleep, "shortms clock via7") {
  long Ms = A[0];
  struct timespec T = {Ms / 1000, Ms % 1000 * 1000000}, Left = {77, 77};
  clockid_t Clock = Clocks[A[1]];
  long long Start = nowNs();
  switch (A[2]) {
  case 0:
    RESULT(nanosleep, &T, &Left);
    break;
  case 1:
    RESULT(usleep, (useconds_t)Ms * 1000);
    break;
  case 2:
    STATUS(clock_nanosleep, Clock, 0, &T, &Left);
    break;
  case 3:
    T = inMs(Clock, Ms);
    STATUS(clock_nanosleep, Clock, TIMER_ABSTIME, &T, NULL);
    break;
  case 4:
    RESULT(syscall, SYS_nanosleep, &T, NULL);
    break;
  case 5:
    RESULT(syscall, SYS_clock_nanosleep, Clock, 0, &T, &Left);
    break;
  case 6:
    RESULT(thrd_sleep, &T, &Left);
    break;
  }
  notBefore(R, Start, Ms);
  if (Left.tv_sec != 77 || Left.tv_nsec != 77)
    say(R, " left was written");
}

OP(sleep_badly, "ptr clock") {
  struct timespec Bad = {0, 1000000000}, Past = {0, 0}, Minus = {-1, 0};
  STATUS(clock_nanosleep, 12345, 0, &Past, NULL);
  STATUS(clock_nanosleep, Clocks[A[1]], 0, &Bad, NULL);
  STATUS(clock_nanosleep, Clocks[A[1]], TIMER_ABSTIME, &Past, NULL);
  RESULT(nanosleep, &Minus, NULL);
  if (A[0] == Unmapped || A[0] == Null)
    RESULT(nanosleep, (struct timespec *)address(R, A[0], 16), NULL);
  RESULT(sleep, 0);
}

OP(yield, "via3") {
  if (A[0] == 0)
    RESULT(sched_yield);
  else if (A[0] == 1)
    RESULT(syscall, SYS_sched_yield);
  else {
    COUNT("thrd_yield");
    thrd_yield();
  }
}

/// Lets an asynchronous step get as far as it can. Nothing depends on it.
OP(pause_us, "-us") {
  if (A[0])
    CALL(usleep, (useconds_t)A[0]);
}

/// Until a signal comes; how much is left then.
OP(sleep_long, "-via5") {
  struct timespec T = {100, 0}, Left = {0, 0};
  switch (A[0]) {
  case 0:
    RESULT(nanosleep, &T, &Left);
    break;
  case 1:
    STATUS(clock_nanosleep, CLOCK_MONOTONIC, 0, &T, &Left);
    break;
  case 2:
    Left.tv_sec = CALL(sleep, 100);
    if (errno != EINTR)
      say(R, " %s", errorName(errno));
    break;
  case 3:
    RESULT(usleep, 100000000);
    return;
  case 4:
    RESULT(thrd_sleep, &T, &Left);
    break;
  }
  say(R, " left=%s",
      Left.tv_sec >= 90 && Left.tv_sec <= 100 ? "most" : "other");
}
