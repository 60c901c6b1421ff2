// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: mutexes of each kind exclude, nest, refuse and report busy as their
// kind says, between threads that block while they hold them.
#include "check.h"

static void init(pthread_mutex_t *M, int Kind) {
  pthread_mutexattr_t Attr;
  CHECK(pthread_mutexattr_init(&Attr) == 0);
  CHECK(pthread_mutexattr_settype(&Attr, Kind) == 0);
  CHECK(KEEPS_ERRNO(pthread_mutex_init(M, &Attr)) == 0);
  CHECK(pthread_mutexattr_destroy(&Attr) == 0);
}

enum { Threads = 20, Turns = 100 };
typedef struct {
  pthread_mutex_t Lock;
  long Counter;
} Shared;

static void *increment(void *Arg) {
  Shared *S = Arg;
  for (int I = 0; I < Turns; ++I) {
    CHECK(KEEPS_ERRNO(pthread_mutex_lock(&S->Lock)) == 0);
    long Seen = S->Counter;
    if (I % 32 == 0)
      sched_yield(); // Others get to try while it is held.
    if (I % 50 == 0)
      sleepMs(1);
    S->Counter = Seen + 1;
    CHECK(KEEPS_ERRNO(pthread_mutex_unlock(&S->Lock)) == 0);
  }
  return NULL;
}

static void contend(int Kind) {
  Shared S = {.Counter = 0};
  pthread_t T[Threads];
  init(&S.Lock, Kind);
  for (int I = 0; I < Threads; ++I)
    T[I] = start(increment, &S);
  increment(&S);
  for (int I = 0; I < Threads; ++I)
    join(T[I]);
  CHECK(S.Counter == (Threads + 1) * Turns);
  CHECK(KEEPS_ERRNO(pthread_mutex_destroy(&S.Lock)) == 0);
}

/// In a thread that does not hold it.
static void *fromOutside(void *Arg) {
  pthread_mutex_t *M = Arg;
  CHECK(KEEPS_ERRNO(pthread_mutex_trylock(M)) == EBUSY);
  struct timespec Past = {1, 0};
  CHECK(pthread_mutex_timedlock(M, &Past) == ETIMEDOUT);
  return NULL;
}

static void *notOwner(void *Arg) {
  CHECK(KEEPS_ERRNO(pthread_mutex_unlock(Arg)) == EPERM);
  return NULL;
}

static void *lockAndExit(void *Arg) {
  CHECK(pthread_mutex_lock(Arg) == 0);
  CHECK(pthread_mutex_unlock(Arg) == 0);
  return NULL;
}

static void kinds(void) {
  pthread_mutex_t M;
  init(&M, PTHREAD_MUTEX_RECURSIVE);
  CHECK(pthread_mutex_lock(&M) == 0 && pthread_mutex_lock(&M) == 0);
  CHECK(pthread_mutex_trylock(&M) == 0);
  join(start(fromOutside, &M));
  join(start(notOwner, &M));
  CHECK(pthread_mutex_unlock(&M) == 0 && pthread_mutex_unlock(&M) == 0);
  sched_yield();
  join(start(fromOutside, &M));
  CHECK(pthread_mutex_unlock(&M) == 0);
  join(start(lockAndExit, &M));
  CHECK(pthread_mutex_unlock(&M) == EPERM);
  CHECK(pthread_mutex_destroy(&M) == 0);

  init(&M, PTHREAD_MUTEX_ERRORCHECK);
  CHECK(KEEPS_ERRNO(pthread_mutex_unlock(&M)) == EPERM);
  CHECK(pthread_mutex_lock(&M) == 0);
  CHECK(KEEPS_ERRNO(pthread_mutex_lock(&M)) == EDEADLK);
  CHECK(pthread_mutex_trylock(&M) == EBUSY);
  sched_yield();
  CHECK(pthread_mutex_lock(&M) == EDEADLK);
  join(start(notOwner, &M));
  join(start(fromOutside, &M));
  CHECK(pthread_mutex_destroy(&M) == EBUSY);
  CHECK(pthread_mutex_unlock(&M) == 0);
  join(start(lockAndExit, &M));
  CHECK(pthread_mutex_destroy(&M) == 0);

  init(&M, PTHREAD_MUTEX_NORMAL);
  CHECK(pthread_mutex_trylock(&M) == 0 && pthread_mutex_trylock(&M) == EBUSY);
  join(start(fromOutside, &M));
  pthread_t T = start(lockAndExit, &M);
  sleepMs(5);
  CHECK(pthread_mutex_unlock(&M) == 0);
  join(T);
  CHECK(pthread_mutex_destroy(&M) == 0);

  static pthread_mutex_t Static = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
  CHECK(pthread_mutex_lock(&Static) == 0 && pthread_mutex_lock(&Static) == 0);
  CHECK(pthread_mutex_unlock(&Static) == 0);
  CHECK(pthread_mutex_unlock(&Static) == 0);
}

static void timed(void) {
  pthread_mutex_t M;
  int Kinds[] = {PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_ERRORCHECK,
                 PTHREAD_MUTEX_RECURSIVE, PTHREAD_MUTEX_ADAPTIVE_NP};
  for (int I = 0; I < 4; ++I) {
    init(&M, Kinds[I]);
    struct timespec T = afterMs(CLOCK_REALTIME, 10000);
    CHECK(KEEPS_ERRNO(pthread_mutex_timedlock(&M, &T)) == 0);
    CHECK(pthread_mutex_unlock(&M) == 0);
    T = afterMs(CLOCK_MONOTONIC, 10000);
    CHECK(KEEPS_ERRNO(pthread_mutex_clocklock(&M, CLOCK_MONOTONIC, &T)) == 0);
    CHECK(pthread_mutex_unlock(&M) == 0);
    CHECK(pthread_mutex_destroy(&M) == 0);
  }
  init(&M, PTHREAD_MUTEX_NORMAL);
  CHECK(pthread_mutex_lock(&M) == 0);
  long long From = nowMs();
  struct timespec T = afterMs(CLOCK_REALTIME, 30);
  CHECK(KEEPS_ERRNO(pthread_mutex_timedlock(&M, &T)) == ETIMEDOUT);
  T = afterMs(CLOCK_MONOTONIC, 30);
  CHECK(KEEPS_ERRNO(pthread_mutex_clocklock(&M, CLOCK_MONOTONIC, &T)) ==
        ETIMEDOUT);
  CHECK(nowMs() - From >= 57);
  T.tv_nsec = 1000000000;
  CHECK(KEEPS_ERRNO(pthread_mutex_timedlock(&M, &T)) == EINVAL);
  CHECK(pthread_mutex_clocklock(&M, 12345, &T) == EINVAL);
  CHECK(pthread_mutex_unlock(&M) == 0 && pthread_mutex_destroy(&M) == 0);
  init(&M, PTHREAD_MUTEX_ERRORCHECK);
  CHECK(pthread_mutex_lock(&M) == 0);
  T = afterMs(CLOCK_REALTIME, 30);
  CHECK(pthread_mutex_timedlock(&M, &T) == EDEADLK);
  CHECK(pthread_mutex_unlock(&M) == 0);
}

static void contended(void) {
  int Kinds[] = {PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_ERRORCHECK,
                 PTHREAD_MUTEX_RECURSIVE, PTHREAD_MUTEX_ADAPTIVE_NP};
  for (int I = 0; I < 4; ++I)
    contend(Kinds[I]);
}

int main(void) {
  everywhere(kinds);
  everywhere(timed);
  contended();
  inThread(contended);
  return 0;
}
