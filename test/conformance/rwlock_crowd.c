// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: under many threads that lock in every way, with and without a time,
// a read-write lock of each kind excludes, and no wake-up is lost; hundreds of
// readers that wait are let in together; OS threads stay few.
#include "check.h"

enum { Threads = 24, Turns = 300, Crowd = 300 };

static pthread_rwlock_t Lock;
static int InRead, InWrite, Kind;
static long Written;

static int take(unsigned Way, struct timespec *Soon) {
  switch (Way % 8) {
  case 0:
    return pthread_rwlock_wrlock(&Lock);
  case 1:
    return pthread_rwlock_trywrlock(&Lock);
  case 2:
    return pthread_rwlock_timedwrlock(&Lock, Soon);
  case 3:
    return pthread_rwlock_tryrdlock(&Lock);
  case 4:
    return pthread_rwlock_timedrdlock(&Lock, Soon);
  }
  return pthread_rwlock_rdlock(&Lock);
}

static void *turns(void *Arg) {
  unsigned Seed = (unsigned)(size_t)Arg * 2654435761u;
  for (int I = 0; I < Turns; ++I) {
    Seed = Seed * 1103515245 + 12345;
    unsigned Way = Seed >> 16;
    struct timespec Soon = afterMs(CLOCK_REALTIME, Way % 3);
    int R = take(Way, &Soon), Writes = Way % 8 < 3;
    if (R != 0) {
      CHECK(R == EBUSY || R == ETIMEDOUT);
      continue;
    }
    if (Writes) {
      CHECK(__atomic_fetch_add(&InWrite, 1, __ATOMIC_SEQ_CST) == 0);
      ++Written;
    } else {
      __atomic_fetch_add(&InRead, 1, __ATOMIC_SEQ_CST);
      CHECK(__atomic_load_n(&InWrite, __ATOMIC_SEQ_CST) == 0);
    }
    if (Seed & 1024)
      sched_yield();
    else if ((Seed & 0x3800) == 0)
      usleep(100);
    if (Writes) {
      CHECK(__atomic_load_n(&InRead, __ATOMIC_SEQ_CST) == 0);
      __atomic_fetch_sub(&InWrite, 1, __ATOMIC_SEQ_CST);
    } else {
      __atomic_fetch_sub(&InRead, 1, __ATOMIC_SEQ_CST);
    }
    CHECK(pthread_rwlock_unlock(&Lock) == 0);
  }
  return NULL;
}

static Gate Inside = GATE_INIT;
static void *meet(void *Arg) {
  CHECK(pthread_rwlock_rdlock(&Lock) == 0);
  post(&Inside);
  await(&Inside, Crowd);
  CHECK(pthread_rwlock_unlock(&Lock) == 0);
  return Arg;
}

static void crowd(void) {
  pthread_rwlockattr_t A;
  CHECK(pthread_rwlockattr_init(&A) == 0);
  CHECK(pthread_rwlockattr_setkind_np(&A, Kind) == 0);
  CHECK(pthread_rwlock_init(&Lock, &A) == 0);
  pthread_t T[Crowd];
  for (int I = 0; I < Threads; ++I)
    T[I] = start(turns, (void *)(size_t)(I + 1));
  for (int I = 0; I < Threads; ++I)
    join(T[I]);
  CHECK(InRead == 0 && InWrite == 0 && Written > 0);

  Inside.Count = 0;
  CHECK(pthread_rwlock_wrlock(&Lock) == 0);
  for (int I = 0; I < Crowd; ++I)
    T[I] = start(meet, NULL);
  usleep(10000); // Most wait by then.
  CHECK(pthread_rwlock_unlock(&Lock) == 0);
  await(&Inside, Crowd);
  // One each for main, the workers, the monitor and what blocked in between;
  // natively the readers have one each.
  int Few = getenv("OPEN_CO_WORKERS") ? 30 : Crowd + 2;
  CHECK(osThreads() <= Few);
  for (int I = 0; I < Crowd; ++I)
    join(T[I]);
  CHECK(pthread_rwlock_trywrlock(&Lock) == 0);
  CHECK(pthread_rwlock_unlock(&Lock) == 0);
  CHECK(pthread_rwlock_destroy(&Lock) == 0);
}

int main(void) {
  for (Kind = PTHREAD_RWLOCK_PREFER_READER_NP;
       Kind <= PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP; ++Kind) {
    crowd();
    inThread(crowd);
  }
  return 0;
}
