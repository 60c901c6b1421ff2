// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: a read-write lock lets readers in together and a writer alone,
// reports busy, deadlock and timeouts, and is owned by the thread that took it.
#include "check.h"

static pthread_rwlock_t Lock = PTHREAD_RWLOCK_INITIALIZER;

static void *readerSees(void *Arg) {
  (void)Arg;
  CHECK(KEEPS_ERRNO(pthread_rwlock_tryrdlock(&Lock)) == 0);
  CHECK(KEEPS_ERRNO(pthread_rwlock_unlock(&Lock)) == 0);
  CHECK(KEEPS_ERRNO(pthread_rwlock_trywrlock(&Lock)) == EBUSY);
  long long From = nowMs();
  struct timespec T = afterMs(CLOCK_REALTIME, 20);
  CHECK(KEEPS_ERRNO(pthread_rwlock_timedwrlock(&Lock, &T)) == ETIMEDOUT);
  T = afterMs(CLOCK_MONOTONIC, 20);
  CHECK(pthread_rwlock_clockwrlock(&Lock, CLOCK_MONOTONIC, &T) == ETIMEDOUT);
  CHECK(nowMs() - From >= 37);
  return NULL;
}

static void *writerSees(void *Arg) {
  (void)Arg;
  CHECK(KEEPS_ERRNO(pthread_rwlock_tryrdlock(&Lock)) == EBUSY);
  CHECK(KEEPS_ERRNO(pthread_rwlock_trywrlock(&Lock)) == EBUSY);
  long long From = nowMs();
  struct timespec T = afterMs(CLOCK_REALTIME, 20);
  CHECK(KEEPS_ERRNO(pthread_rwlock_timedrdlock(&Lock, &T)) == ETIMEDOUT);
  T = afterMs(CLOCK_MONOTONIC, 20);
  CHECK(pthread_rwlock_clockrdlock(&Lock, CLOCK_MONOTONIC, &T) == ETIMEDOUT);
  CHECK(nowMs() - From >= 37);
  return NULL;
}

static void basic(void) {
  CHECK(KEEPS_ERRNO(pthread_rwlock_rdlock(&Lock)) == 0);
  CHECK(pthread_rwlock_rdlock(&Lock) == 0);
  join(start(readerSees, NULL));
  CHECK(pthread_rwlock_unlock(&Lock) == 0);
  CHECK(pthread_rwlock_unlock(&Lock) == 0);
  CHECK(KEEPS_ERRNO(pthread_rwlock_wrlock(&Lock)) == 0);
  CHECK(KEEPS_ERRNO(pthread_rwlock_rdlock(&Lock)) == EDEADLK);
  CHECK(pthread_rwlock_wrlock(&Lock) == EDEADLK);
  join(start(writerSees, NULL));
  CHECK(pthread_rwlock_unlock(&Lock) == 0);
  struct timespec T = afterMs(CLOCK_REALTIME, 20000);
  CHECK(pthread_rwlock_timedrdlock(&Lock, &T) == 0);
  CHECK(pthread_rwlock_unlock(&Lock) == 0);
  CHECK(pthread_rwlock_timedwrlock(&Lock, &T) == 0);
  CHECK(pthread_rwlock_unlock(&Lock) == 0);
  T = afterMs(CLOCK_MONOTONIC, 20000);
  CHECK(pthread_rwlock_clockrdlock(&Lock, CLOCK_MONOTONIC, &T) == 0);
  CHECK(pthread_rwlock_unlock(&Lock) == 0);
  CHECK(pthread_rwlock_clockwrlock(&Lock, CLOCK_MONOTONIC, &T) == 0);
  CHECK(pthread_rwlock_unlock(&Lock) == 0);
}

/// Readers meet inside: each waits there until the others have come too.
enum { Readers = 10, Turns = 100 };
static Gate Inside = GATE_INIT;
static void *meet(void *Arg) {
  CHECK(pthread_rwlock_rdlock(&Lock) == 0);
  post(&Inside);
  await(&Inside, Readers);
  CHECK(pthread_rwlock_unlock(&Lock) == 0);
  return Arg;
}

static long A, B;
static void *change(void *Arg) {
  for (int I = 0; I < Turns; ++I) {
    if (Arg) {
      CHECK(pthread_rwlock_wrlock(&Lock) == 0);
      ++A;
      sched_yield();
      ++B;
    } else {
      CHECK(pthread_rwlock_rdlock(&Lock) == 0);
      long Seen = A;
      CHECK(B == Seen);
      sched_yield();
      CHECK(A == Seen);
    }
    CHECK(pthread_rwlock_unlock(&Lock) == 0);
  }
  return NULL;
}

static void many(void) {
  pthread_t T[Readers];
  Inside.Count = 0;
  for (int I = 0; I < Readers; ++I)
    T[I] = start(meet, NULL);
  for (int I = 0; I < Readers; ++I)
    join(T[I]);
  A = B = 0;
  for (int I = 0; I < Readers; ++I)
    T[I] = start(change, I % 3 ? NULL : &Lock);
  for (int I = 0; I < Readers; ++I)
    join(T[I]);
  CHECK(A == (Readers + 2) / 3 * Turns && B == A);
}

int main(void) {
  basic();
  inThread(basic);
  many();
  inThread(many);
  return 0;
}
