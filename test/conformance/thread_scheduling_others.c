// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: a thread's CPUs, policy and CPU clock can be set and asked for by
// others: before it runs, while it waits, and while it has an OS thread to
// itself; it finds them, and its threads inherit them.
#include "check.h"
#include <poll.h>
#include <sched.h>

static Gate Asked, There, Over;
static cpu_set_t All, One;
static int Cpu, Pipe[2], ByItself;

static int isAlone(const cpu_set_t *Set) {
  return CPU_COUNT(Set) == 1 && CPU_ISSET(Cpu, Set);
}

static void *inherits(void *Arg) {
  cpu_set_t Mine;
  CHECK(sched_getaffinity(0, sizeof Mine, &Mine) == 0 && isAlone(&Mine));
  CHECK(sched_getscheduler(0) == SCHED_BATCH);
  return Arg;
}

static void findsIt(void) {
  cpu_set_t Mine;
  int Policy;
  struct sched_param P;
  CHECK(pthread_getaffinity_np(pthread_self(), sizeof Mine, &Mine) == 0);
  CHECK(isAlone(&Mine));
  CHECK(pthread_getschedparam(pthread_self(), &Policy, &P) == 0);
  CHECK(Policy == SCHED_BATCH);
  CHECK(sched_getcpu() == Cpu);
  join(start(inherits, NULL));
  inherits(NULL);
}

/// Waits in one way after the other.
static void *waits(void *Arg) {
  char C;
  if (ByItself) // Gets it an OS thread.
    CHECK(pthread_setschedprio(pthread_self(), 0) == 0);
  post(&There);
  if (Arg)
    CHECK(read(Pipe[0], &C, 1) == 1 && C == 'x');
  else
    await(&Asked, 1);
  findsIt();
  CHECK(poll(NULL, 0, 1) == 0);
  post(&There);
  await(&Over, 1);
  return Arg;
}

static void change(pthread_t T) {
  cpu_set_t Set, None;
  int Policy = -1;
  struct sched_param P = {0};
  CPU_ZERO(&None);
  CHECK(KEEPS_ERRNO(pthread_setaffinity_np(T, sizeof None, &None)) == EINVAL);
  CHECK(pthread_setschedparam(T, 12345, &P) == EINVAL);
  CHECK(KEEPS_ERRNO(pthread_setaffinity_np(T, sizeof One, &One)) == 0);
  CHECK(KEEPS_ERRNO(pthread_setschedparam(T, SCHED_BATCH, &P)) == 0);
  CHECK(KEEPS_ERRNO(pthread_setschedprio(T, 0)) == 0);
  CHECK(pthread_getaffinity_np(T, sizeof Set, &Set) == 0 && isAlone(&Set));
  CHECK(pthread_getschedparam(T, &Policy, &P) == 0 && Policy == SCHED_BATCH);
}

static long long clockNs(clockid_t Clock) {
  struct timespec T;
  CHECK(clock_gettime(Clock, &T) == 0);
  return T.tv_sec * 1000000000LL + T.tv_nsec;
}

/// In turns: by a condition, by a descriptor; the thread waits, or has just
/// been made.
static void others(void) {
  cpu_set_t Mine;
  CHECK(sched_getaffinity(0, sizeof Mine, &Mine) == 0);
  CHECK(pipe(Pipe) == 0);
  for (int I = 0; I < 8; ++I) {
    Asked = There = Over = (Gate)GATE_INIT;
    ByItself = I / 4;
    pthread_t T = start(waits, I & 1 ? Pipe : NULL);
    if (I & 2)
      await(&There, 1);
    change(T);
    clockid_t Clock;
    CHECK(KEEPS_ERRNO(pthread_getcpuclockid(T, &Clock)) == 0);
    long long Before = clockNs(Clock);
    if (I & 1)
      CHECK(write(Pipe[1], "x", 1) == 1);
    else
      post(&Asked);
    await(&There, 2);
    CHECK(clockNs(Clock) > Before);
    post(&Over);
    join(T);
  }
  CHECK(close(Pipe[0]) == 0 && close(Pipe[1]) == 0);
  // Nothing of it reaches the caller, or other threads.
  cpu_set_t Now;
  CHECK(sched_getaffinity(0, sizeof Now, &Now) == 0 && CPU_EQUAL(&Now, &Mine));
  CHECK(sched_getscheduler(0) == SCHED_OTHER);
}

/// What is asked for may come while the thread ends.
static void *ends(void *Arg) { return Arg; }
static void ending(void) {
  for (int I = 0; I < 30; ++I) {
    struct sched_param P = {0};
    pthread_t T = start(ends, NULL);
    int Error = pthread_setschedparam(T, SCHED_BATCH, &P);
    CHECK(Error == 0 || Error == ESRCH);
    join(T);
  }
}

/// The clock of a thread that is asked for by others and by itself.
static long long Its;
static void *computes(void *Arg) {
  await(&Asked, 1);
  for (long long Until = clockNs(CLOCK_THREAD_CPUTIME_ID) + 20000000;
       (Its = clockNs(CLOCK_THREAD_CPUTIME_ID)) < Until;)
    ;
  post(&There);
  await(&Over, 1);
  return Arg;
}
static void clocks(void) {
  clockid_t Clock;
  Asked = There = Over = (Gate)GATE_INIT;
  pthread_t T = start(computes, NULL);
  CHECK(pthread_getcpuclockid(T, &Clock) == 0);
  long long Before = clockNs(Clock);
  post(&Asked);
  await(&There, 1);
  CHECK(clockNs(Clock) >= Its && clockNs(Clock) >= Before + 20000000);
  post(&Over);
  join(T);
}

int main(void) {
  CHECK(sched_getaffinity(0, sizeof All, &All) == 0);
  while (!CPU_ISSET(Cpu, &All))
    ++Cpu;
  CPU_ZERO(&One);
  CPU_SET(Cpu, &One);
  others();
  inThread(others);
  inThread(ending);
  ending();
  clocks();
  inThread(clocks);
  return 0;
}
