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

static pthread_rwlock_t Ordered;
static char Came[4];
static int Arrived;

static void *comes(void *Arg) {
  __atomic_fetch_add(&Arrived, 1, __ATOMIC_SEQ_CST);
  CHECK((Arg ? pthread_rwlock_wrlock : pthread_rwlock_rdlock)(&Ordered) == 0);
  int I = Arg ? 0 : 1;
  while (__atomic_exchange_n(&Came[I], 'x', __ATOMIC_SEQ_CST))
    ++I;
  if (Arg)
    CHECK(!Came[1]); // No reader was first.
  CHECK(pthread_rwlock_unlock(&Ordered) == 0);
  return NULL;
}

/// A writer hands over to the next writer, unless readers are preferred.
static void order(void) {
  pthread_rwlockattr_t Attr;
  pthread_t T[3];
  CHECK(pthread_rwlockattr_init(&Attr) == 0);
  CHECK(pthread_rwlockattr_setkind_np(&Attr, PTHREAD_RWLOCK_PREFER_WRITER_NP) ==
        0);
  CHECK(pthread_rwlock_init(&Ordered, &Attr) == 0);
  memset(Came, 0, sizeof Came);
  Arrived = 0;
  CHECK(pthread_rwlock_wrlock(&Ordered) == 0);
  for (long I = 0; I < 3; ++I)
    T[I] = start(comes, (void *)(long)(I == 1));
  while (__atomic_load_n(&Arrived, __ATOMIC_SEQ_CST) < 3)
    sched_yield();
  sleepMs(20); // Until they wait; nothing tells.
  CHECK(pthread_rwlock_unlock(&Ordered) == 0);
  for (int I = 0; I < 3; ++I)
    join(T[I]);
  CHECK(pthread_rwlock_destroy(&Ordered) == 0);
}

int main(void) {
  order();
  inThread(order);
  basic();
  inThread(basic);
  many();
  inThread(many);
  return 0;
}
