// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: many threads wait for mutexes that main has locked, also before its
// first thread; OS threads stay few.
#include "check.h"

enum { Kinds = 3, Each = 100 };

static pthread_mutex_t Mutex[Kinds] = {
    PTHREAD_MUTEX_INITIALIZER,
    PTHREAD_MUTEX_INITIALIZER,
    PTHREAD_ADAPTIVE_MUTEX_INITIALIZER_NP,
};
static int Begun, Entered[Kinds];

static void *waits(void *Arg) {
  pthread_mutex_t *M = Arg;
  __atomic_fetch_add(&Begun, 1, __ATOMIC_SEQ_CST);
  CHECK(pthread_mutex_lock(M) == 0);
  ++Entered[M - Mutex];
  CHECK(pthread_mutex_unlock(M) == 0);
  return NULL;
}

static void lockAll(void) {
  struct timespec Soon = afterMs(CLOCK_REALTIME, 1000);
  CHECK(KEEPS_ERRNO(pthread_mutex_lock(&Mutex[0])) == 0);
  CHECK(KEEPS_ERRNO(pthread_mutex_trylock(&Mutex[1])) == 0);
  CHECK(KEEPS_ERRNO(pthread_mutex_timedlock(&Mutex[2], &Soon)) == 0);
  for (int K = 0; K < Kinds; ++K)
    CHECK(pthread_mutex_trylock(&Mutex[K]) == EBUSY);
}

static void unlockAll(void) {
  for (int K = 0; K < Kinds; ++K)
    CHECK(KEEPS_ERRNO(pthread_mutex_unlock(&Mutex[K])) == 0);
}

/// All are locked.
static void crowd(void) {
  static pthread_t T[Kinds][Each];
  Begun = 0;
  for (int K = 0; K < Kinds; ++K)
    for (int I = 0; I < Each; ++I)
      T[K][I] = start(waits, &Mutex[K]);
  while (__atomic_load_n(&Begun, __ATOMIC_SEQ_CST) < Kinds * Each)
    sched_yield();
  // One each for main, the workers, the monitor and what blocked in between.
  if (getenv("OPEN_CO_WORKERS"))
    CHECK(osThreads() < Each);
  for (int K = 0; K < Kinds; ++K)
    CHECK(Entered[K] == 0);
  unlockAll();
  for (int K = 0; K < Kinds; ++K) {
    for (int I = 0; I < Each; ++I)
      join(T[K][I]);
    CHECK(Entered[K] == Each);
    Entered[K] = 0;
  }
}

static void lockedCrowd(void) {
  lockAll();
  crowd();
}

int main(void) {
  pthread_cond_t Never = PTHREAD_COND_INITIALIZER;
  lockAll();
  unlockAll();
  for (int K = 0; K < Kinds; ++K) {
    struct timespec Past = {0, 0};
    CHECK(pthread_mutex_lock(&Mutex[K]) == 0);
    CHECK(pthread_cond_timedwait(&Never, &Mutex[K], &Past) == ETIMEDOUT);
    CHECK(pthread_mutex_unlock(&Mutex[K]) == 0);
  }
  lockedCrowd(); // The first threads.
  lockedCrowd();
  inThread(lockedCrowd);
  for (int K = 0; K < Kinds; ++K)
    CHECK(pthread_mutex_destroy(&Mutex[K]) == 0);
  return 0;
}
