// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: what a thread reads of its own CPU time (clock_gettime with
// CLOCK_THREAD_CPUTIME_ID, getrusage with RUSAGE_THREAD, the clock of
// pthread_getcpuclockid, by function and by syscall) grows by what it computes
// itself, and not by what others do.
#include "check.h"
#include <sys/resource.h>
#include <sys/syscall.h>

static long long ns(struct timespec T) {
  return T.tv_sec * 1000000000ll + T.tv_nsec;
}
static long long byClock(void) {
  struct timespec T;
  CHECK(KEEPS_ERRNO(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &T)) == 0);
  return ns(T);
}
static long long bySyscall(void) {
  struct timespec T;
  CHECK(syscall(SYS_clock_gettime, CLOCK_THREAD_CPUTIME_ID, &T) == 0);
  return ns(T);
}
static long long byHandle(void) {
  clockid_t Clock;
  struct timespec T;
  CHECK(pthread_getcpuclockid(pthread_self(), &Clock) == 0);
  CHECK(clock_gettime(Clock, &T) == 0);
  return ns(T);
}
static long long byUsage(void) {
  struct rusage U;
  CHECK(KEEPS_ERRNO(getrusage(RUSAGE_THREAD, &U)) == 0);
  return (U.ru_utime.tv_sec + U.ru_stime.tv_sec) * 1000000000ll +
         (U.ru_utime.tv_usec + U.ru_stime.tv_usec) * 1000ll;
}
static long long bySyscallUsage(void) {
  struct rusage U;
  CHECK(syscall(SYS_getrusage, RUSAGE_THREAD, &U) == 0);
  return (U.ru_utime.tv_sec + U.ru_stime.tv_sec) * 1000000000ll +
         (U.ru_utime.tv_usec + U.ru_stime.tv_usec) * 1000ll;
}

typedef long long Reader(void);
static Reader *const Readers[] = {byClock, bySyscall, byHandle, byUsage,
                                  bySyscallUsage};
enum { Kinds = sizeof(Readers) / sizeof(*Readers) };
enum { Work = 30 * 1000 * 1000 }; // Nanoseconds.

/// Computes until the thread has used that much by another clock.
static void compute(long long Ns) {
  for (long long Until = byClock() + Ns; byClock() < Until;)
    ;
}

static int Pipe[2];
static Gate Measuring, Computed;

/// Waits while others compute: uses next to nothing.
static void *idle(void *Arg) {
  Reader *Read = Readers[(long)Arg];
  long long Before = Read();
  post(&Measuring);
  await(&Computed, 1);
  char C;
  CHECK(read(Pipe[0], &C, 1) == 1);
  CHECK(Read() - Before < Work);
  return NULL;
}

static void *busy(void *Arg) {
  Reader *Read = Readers[(long)Arg];
  await(&Measuring, Kinds);
  long long Before = Read();
  compute(3 * Work);
  sched_yield();
  CHECK(Read() - Before >= 2 * Work); // In ticks, some of them.
  post(&Computed);
  CHECK(write(Pipe[1], "x", 1) == 1);
  return NULL;
}

static void all(void) {
  pthread_t T[2 * Kinds];
  Measuring = Computed = (Gate)GATE_INIT;
  CHECK(pipe(Pipe) == 0);
  for (long I = 0; I < Kinds; ++I) {
    T[I] = start(idle, (void *)I);
    T[Kinds + I] = start(busy, (void *)I);
  }
  for (int I = 0; I < 2 * Kinds; ++I)
    join(T[I]);
  CHECK(close(Pipe[0]) == 0 && close(Pipe[1]) == 0);
}

/// Another thread's clock.
static Gate Asked, Named;
static void *named(void *Arg) {
  *(long long *)Arg = byClock();
  post(&Named);
  await(&Asked, 1);
  return NULL;
}
static void ofAnother(void) {
  long long Its = 0;
  clockid_t Clock;
  struct timespec T;
  Asked = Named = (Gate)GATE_INIT;
  pthread_t Other = start(named, &Its);
  await(&Named, 1);
  CHECK(pthread_getcpuclockid(Other, &Clock) == 0);
  CHECK(clock_gettime(Clock, &T) == 0 && ns(T) >= Its);
  post(&Asked);
  join(Other);
}

/// The process's are untouched.
static void others(void) {
  struct rusage U;
  struct timespec A, B;
  CHECK(getrusage(RUSAGE_SELF, &U) == 0);
  CHECK_ERRNO(getrusage(99, &U), EINVAL);
  CHECK(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &A) == 0);
  CHECK(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &B) == 0 && ns(B) >= ns(A));
  CHECK_ERRNO(clock_gettime(99, &A), EINVAL);
}

int main(void) {
  all();
  inThread(all);
  ofAnother();
  inThread(ofAnother);
  everywhere(others);
  return 0;
}
