// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: sleep, usleep, nanosleep and clock_nanosleep take at least the time
// asked for, a past deadline none, and bad times are refused.
#include "check.h"

#define CHECK_TAKES(Ms, Expr)                                                  \
  do {                                                                         \
    long long From_ = nowMs();                                                 \
    CHECK(KEEPS_ERRNO(Expr) == 0);                                             \
    CHECK(nowMs() - From_ >= (Ms) - 1);                                        \
  } while (0)

static void sleeps(void) {
  struct timespec T = {0, 30000000}, Rest = {5, 5};
  CHECK_TAKES(30, usleep(30000));
  CHECK_TAKES(30, nanosleep(&T, NULL));
  CHECK_TAKES(30, nanosleep(&T, &Rest));
  CHECK(Rest.tv_sec == 5 && Rest.tv_nsec == 5); // Only written at EINTR.
  CHECK_TAKES(30, clock_nanosleep(CLOCK_MONOTONIC, 0, &T, &Rest));
  CHECK_TAKES(30, clock_nanosleep(CLOCK_REALTIME, 0, &T, NULL));
  T = afterMs(CLOCK_MONOTONIC, 30);
  CHECK_TAKES(29, clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &T, NULL));
  CHECK_TAKES(0, clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &T, NULL));
  T = afterMs(CLOCK_REALTIME, 30);
  CHECK_TAKES(29, clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &T, NULL));
  T = (struct timespec){0, 0};
  CHECK_TAKES(0, clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &T, NULL));
  CHECK_TAKES(0, nanosleep(&T, NULL));
  CHECK_TAKES(0, usleep(0));
  CHECK(KEEPS_ERRNO(sleep(0)) == 0);
  for (int I = 0; I < 100; ++I)
    CHECK(KEEPS_ERRNO(sched_yield()) == 0);

  T.tv_nsec = 1000000000;
  CHECK_ERRNO(nanosleep(&T, NULL), EINVAL);
  // clock_nanosleep returns the error number and leaves errno alone.
  CHECK(KEEPS_ERRNO(clock_nanosleep(CLOCK_MONOTONIC, 0, &T, NULL)) == EINVAL);
  T = (struct timespec){-1, 0};
  CHECK_ERRNO(nanosleep(&T, NULL), EINVAL);
  CHECK(KEEPS_ERRNO(clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &T, NULL)) ==
        EINVAL);
  CHECK(clock_nanosleep(12345, 0, &Rest, NULL) == EINVAL);
  CHECK(clock_nanosleep(CLOCK_THREAD_CPUTIME_ID, 0, &Rest, NULL) == EINVAL);
  CHECK_ERRNO(nanosleep((struct timespec *)8, NULL), EFAULT);
}

static void aSecond(void) { CHECK_TAKES(1000, sleep(1)); }

/// Sleepers wake in the order of their deadlines, not of their creation.
enum { Sleepers = 5 };
static int Order[Sleepers], Next;
static void *sleeper(void *Arg) {
  long I = (long)Arg;
  sleepMs((Sleepers - I) * 100);
  Order[__atomic_fetch_add(&Next, 1, __ATOMIC_RELAXED)] = (int)I;
  return NULL;
}

/// Whether the sleepers started close enough together to be in order.
static int inOrder(void) {
  pthread_t T[Sleepers];
  Next = 0;
  long long From = nowMs();
  for (long I = 0; I < Sleepers; ++I)
    T[I] = start(sleeper, (void *)I);
  int Quick = nowMs() - From < 50;
  for (int I = 0; I < Sleepers; ++I)
    join(T[I]);
  for (int I = 0; I < Sleepers; ++I)
    if (Order[I] != Sleepers - 1 - I)
      return 0;
  return Quick;
}

static void onSignal(int Signal) { (void)Signal; }

static void *sleepsLong(void *Arg) {
  errno = ErrnoSentinel;
  unsigned Left = sleep(1000);
  CHECK((Left == 999 || Left == 1000) && errno == EINTR);
  return Arg;
}

/// What is left, and errno though sleep does not fail.
static void cutShort(void) {
  pthread_t T = start(sleepsLong, NULL);
  for (int Error = EBUSY; Error; Error = pthread_tryjoin_np(T, NULL)) {
    CHECK(pthread_kill(T, SIGUSR1) == 0); // The first may come too early.
    sleepMs(2);
  }
}

int main(void) {
  struct sigaction A = {.sa_handler = onSignal};
  CHECK(sigaction(SIGUSR1, &A, NULL) == 0);
  cutShort();
  inThread(cutShort);
  everywhere(sleeps);
  inThreads(50, aSecond);
  int Tries = 0;
  while (!inOrder())
    CHECK(++Tries < 20);
  return 0;
}
