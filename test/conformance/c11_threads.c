// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: C11's threads, mutexes, conditions, thread-specific values and
// call_once behave as the standard says, with its result codes.
#include "check.h"
#include <threads.h>

static int half(void *Arg) { return (int)(long)Arg / 2; }
static int exits(void *Arg) { thrd_exit((int)(long)Arg); }
static int self(void *Arg) {
  *(thrd_t *)Arg = thrd_current();
  return 0;
}

static Gate Ended = GATE_INIT;
static int detached(void *Arg) {
  (void)Arg;
  thrd_yield();
  post(&Ended);
  return 0;
}

static void threads(void) {
  thrd_t T, Told;
  int R = -1;
  CHECK(KEEPS_ERRNO(thrd_create(&T, half, (void *)84)) == thrd_success);
  CHECK(KEEPS_ERRNO(thrd_join(T, &R)) == thrd_success && R == 42);
  CHECK(thrd_create(&T, exits, (void *)-7) == thrd_success);
  CHECK(thrd_join(T, &R) == thrd_success && R == -7);
  CHECK(thrd_create(&T, self, &Told) == thrd_success);
  CHECK(thrd_join(T, NULL) == thrd_success);
  CHECK(thrd_equal(T, Told) && !thrd_equal(T, thrd_current()));

  struct timespec Ms = {0, 20000000};
  long long From = nowMs();
  CHECK(KEEPS_ERRNO(thrd_sleep(&Ms, NULL)) == 0 && nowMs() - From >= 19);
  Ms.tv_nsec = -1;
  CHECK(thrd_sleep(&Ms, NULL) < 0);
}

static void detaches(void) {
  thrd_t T;
  int Before = Ended.Count;
  CHECK(thrd_create(&T, detached, NULL) == thrd_success);
  CHECK(KEEPS_ERRNO(thrd_detach(T)) == thrd_success);
  await(&Ended, Before + 1);
}

typedef struct {
  mtx_t Lock;
  cnd_t Changed;
  int Turn, Counter;
} Shared;

static int increments(void *Arg) {
  Shared *S = Arg;
  for (int I = 0; I < 300; ++I) {
    CHECK(KEEPS_ERRNO(mtx_lock(&S->Lock)) == thrd_success);
    int Seen = S->Counter;
    if (I % 16 == 0)
      thrd_yield();
    S->Counter = Seen + 1;
    CHECK(KEEPS_ERRNO(mtx_unlock(&S->Lock)) == thrd_success);
  }
  return 0;
}

static int busy(void *Arg) {
  Shared *S = Arg;
  CHECK(KEEPS_ERRNO(mtx_trylock(&S->Lock)) == thrd_busy);
  struct timespec T = afterMs(CLOCK_REALTIME, 20);
  CHECK(KEEPS_ERRNO(mtx_timedlock(&S->Lock, &T)) == thrd_timedout);
  return 0;
}

/// Two threads take turns.
static int alternate(void *Arg) {
  Shared *S = Arg;
  mtx_lock(&S->Lock);
  int Mine = S->Counter++;
  for (int I = 0; I < 100; ++I) {
    while (S->Turn % 2 != Mine)
      CHECK(KEEPS_ERRNO(cnd_wait(&S->Changed, &S->Lock)) == thrd_success);
    ++S->Turn;
    CHECK(KEEPS_ERRNO(Mine ? cnd_signal(&S->Changed)
                           : cnd_broadcast(&S->Changed)) == thrd_success);
  }
  mtx_unlock(&S->Lock);
  return 0;
}

static void runTwo(int (*Fn)(void *), void *Arg) {
  thrd_t A, B;
  CHECK(thrd_create(&A, Fn, Arg) == 0 && thrd_create(&B, Fn, Arg) == 0);
  CHECK(thrd_join(A, NULL) == 0 && thrd_join(B, NULL) == 0);
}

static void locks(void) {
  Shared S = {.Turn = 0, .Counter = 0};
  CHECK(mtx_init(&S.Lock, mtx_timed) == thrd_success);
  CHECK(cnd_init(&S.Changed) == thrd_success);
  runTwo(increments, &S);
  CHECK(S.Counter == 600);
  CHECK(mtx_lock(&S.Lock) == thrd_success);
  runTwo(busy, &S);
  struct timespec T = afterMs(CLOCK_REALTIME, 20);
  int R;
  while ((R = KEEPS_ERRNO(cnd_timedwait(&S.Changed, &S.Lock, &T))) ==
         thrd_success)
    ;
  CHECK(R == thrd_timedout);
  CHECK(mtx_unlock(&S.Lock) == thrd_success);
  CHECK(mtx_trylock(&S.Lock) == thrd_success);
  CHECK(mtx_unlock(&S.Lock) == thrd_success);
  S.Counter = 0;
  runTwo(alternate, &S);
  CHECK(S.Turn == 200);
  cnd_destroy(&S.Changed);
  mtx_destroy(&S.Lock);
  CHECK(mtx_init(&S.Lock, mtx_plain | mtx_recursive) == thrd_success);
  CHECK(mtx_lock(&S.Lock) == 0 && mtx_lock(&S.Lock) == 0);
  CHECK(mtx_unlock(&S.Lock) == 0 && mtx_unlock(&S.Lock) == 0);
  mtx_destroy(&S.Lock);
}

static int Destroyed;
static void destroy(void *Value) {
  __atomic_fetch_add(&Destroyed, (int)(long)Value, __ATOMIC_RELAXED);
}

static int holds(void *Arg) {
  tss_t Key = *(tss_t *)Arg;
  CHECK(KEEPS_ERRNO(tss_get(Key)) == NULL);
  CHECK(KEEPS_ERRNO(tss_set(Key, (void *)5)) == thrd_success);
  thrd_yield();
  CHECK(tss_get(Key) == (void *)5);
  return 0;
}

static void specific(void) {
  tss_t Key;
  Destroyed = 0;
  CHECK(KEEPS_ERRNO(tss_create(&Key, destroy)) == thrd_success);
  runTwo(holds, &Key);
  CHECK(Destroyed == 10 && tss_get(Key) == NULL);
  tss_delete(Key);
}

static once_flag Once = ONCE_FLAG_INIT;
static int Runs;
static void initialise(void) {
  struct timespec Ms = {0, 10000000};
  thrd_sleep(&Ms, NULL);
  ++Runs;
}
static int callsOnce(void *Arg) {
  (void)Arg;
  call_once(&Once, initialise);
  CHECK(Runs == 1);
  return 0;
}

static void once(void) { runTwo(callsOnce, NULL); }

int main(void) {
  everywhere(threads);
  detaches();
  inThread(detaches);
  everywhere(locks);
  specific();
  inThread(specific);
  once();
  inThread(once);
  return 0;
}
