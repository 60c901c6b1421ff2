// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: an unlock at about the time when a timed waiter gives up is not lost:
// that waiter gets the mutex, or else the one behind it does.
#include "check.h"

static pthread_mutex_t Lock;
static struct timespec Deadline;
static Gate Trying = GATE_INIT;
static int TimedOut, Got;

static void *timed(void *Arg) {
  post(&Trying);
  int R = KEEPS_ERRNO(
      Arg ? pthread_mutex_clocklock(&Lock, CLOCK_MONOTONIC, &Deadline)
          : pthread_mutex_timedlock(&Lock, &Deadline));
  CHECK(R == 0 || R == ETIMEDOUT);
  if (R == 0) {
    ++Got;
    CHECK(pthread_mutex_unlock(&Lock) == 0);
  } else {
    struct timespec Now;
    clock_gettime(Arg ? CLOCK_MONOTONIC : CLOCK_REALTIME, &Now);
    CHECK(Now.tv_sec > Deadline.tv_sec ||
          (Now.tv_sec == Deadline.tv_sec && Now.tv_nsec >= Deadline.tv_nsec));
    __atomic_fetch_add(&TimedOut, 1, __ATOMIC_RELAXED);
  }
  return NULL;
}

static void *patient(void *Arg) {
  post(&Trying);
  CHECK(KEEPS_ERRNO(pthread_mutex_lock(&Lock)) == 0);
  ++Got;
  CHECK(pthread_mutex_unlock(&Lock) == 0);
  return Arg;
}

static void spinUntil(long long Us) {
  struct timespec T;
  do
    clock_gettime(CLOCK_MONOTONIC, &T);
  while (T.tv_sec * 1000000LL + T.tv_nsec / 1000 < Us);
}

/// Unlocks \p LeadUs before the deadline and computes beyond it, so that the
/// first waiter may find that it was woken and that its time is over.
static void turn(int Mono, long LeadUs) {
  enum { Ms = 4 };
  pthread_t T[4];
  Trying.Count = TimedOut = Got = 0;
  CHECK(pthread_mutex_lock(&Lock) == 0);
  struct timespec Now;
  clock_gettime(CLOCK_MONOTONIC, &Now);
  long long End = Now.tv_sec * 1000000LL + Now.tv_nsec / 1000 + Ms * 1000;
  Deadline = afterMs(Mono ? CLOCK_MONOTONIC : CLOCK_REALTIME, Ms);
  T[0] = start(timed, Mono ? &Lock : NULL);
  await(&Trying, 1);
  sched_yield();
  T[1] = start(patient, NULL);
  T[2] = start(timed, Mono ? &Lock : NULL);
  T[3] = start(patient, NULL);
  await(&Trying, 4);
  sleepMs(1); // Others get to block, and a worker to sleep.
  spinUntil(End - LeadUs);
  CHECK(pthread_mutex_unlock(&Lock) == 0);
  spinUntil(End + 1000);
  for (int I = 0; I < 4; ++I)
    join(T[I]);
  CHECK(Got + TimedOut == 4 && Got >= 2);
  CHECK(pthread_mutex_trylock(&Lock) == 0); // Nobody has it.
  CHECK(pthread_mutex_unlock(&Lock) == 0);
}

static void turns(void) {
  int Kinds[] = {PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_ERRORCHECK,
                 PTHREAD_MUTEX_RECURSIVE, PTHREAD_MUTEX_ADAPTIVE_NP};
  pthread_mutexattr_t Attr;
  for (int Kind = 0; Kind < 4; ++Kind) {
    CHECK(pthread_mutexattr_init(&Attr) == 0);
    CHECK(pthread_mutexattr_settype(&Attr, Kinds[Kind]) == 0);
    CHECK(pthread_mutex_init(&Lock, &Attr) == 0);
    CHECK(pthread_mutexattr_destroy(&Attr) == 0);
    for (long LeadUs = -200; LeadUs <= 1000; LeadUs += 100)
      turn(Kind % 2, LeadUs);
    CHECK(pthread_mutex_destroy(&Lock) == 0);
  }
}

/// What is wrong with a time matters only where there is a need to wait, and
/// not where it is before the clock began.
static void wrongTimes(void) {
  struct timespec Wrong[] = {{0, -1}, {1, 1000000000}, {-1, 0}, {-1, -1}};
  int Expected[] = {EINVAL, EINVAL, ETIMEDOUT, ETIMEDOUT};
  CHECK(pthread_mutex_init(&Lock, NULL) == 0);
  for (int I = 0; I < 4; ++I) {
    CHECK(pthread_mutex_timedlock(&Lock, &Wrong[I]) == 0);
    CHECK(pthread_mutex_timedlock(&Lock, &Wrong[I]) == Expected[I]);
    CHECK(pthread_mutex_clocklock(&Lock, CLOCK_MONOTONIC, &Wrong[I]) ==
          Expected[I]);
    CHECK(pthread_mutex_unlock(&Lock) == 0);
  }
  CHECK(pthread_mutex_destroy(&Lock) == 0);
}

int main(void) {
  wrongTimes();
  inThread(wrongTimes);
  turns();
  inThread(turns);
  return 0;
}
