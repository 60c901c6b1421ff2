// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: one broadcast wakes each of 1,000 waiters once, each signal one of
// them and only one, and nobody else; OS threads stay few.
#include "check.h"

enum { Waiters = 1000, Rounds = 5 };

static pthread_mutex_t Mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t Go = PTHREAD_COND_INITIALIZER;
static pthread_cond_t All = PTHREAD_COND_INITIALIZER;
static int Round, Permits, Waiting, WokenUp, InVain;

static void *waits(void *Arg) {
  CHECK(pthread_mutex_lock(&Mutex) == 0);
  for (int Mine = 1; Mine <= Rounds; ++Mine) {
    if (++Waiting == Waiters)
      CHECK(pthread_cond_signal(&All) == 0);
    while (Round < Mine) {
      CHECK(pthread_cond_wait(&Go, &Mutex) == 0);
      InVain += Round < Mine;
    }
    ++WokenUp;
  }
  if (++Waiting == Waiters)
    CHECK(pthread_cond_signal(&All) == 0);
  while (Permits == 0) {
    CHECK(pthread_cond_wait(&Go, &Mutex) == 0);
    InVain += Permits == 0;
  }
  --Permits;
  ++WokenUp;
  CHECK(pthread_cond_signal(&All) == 0);
  CHECK(pthread_mutex_unlock(&Mutex) == 0);
  return Arg;
}

static void awaitAll(void) {
  while (Waiting < Waiters)
    CHECK(pthread_cond_wait(&All, &Mutex) == 0);
  Waiting = 0;
}

static void crowd(void) {
  static pthread_t T[Waiters];
  pthread_attr_t A;
  Round = Permits = Waiting = WokenUp = InVain = 0;
  CHECK(pthread_attr_init(&A) == 0);
  CHECK(pthread_attr_setstacksize(&A, 128 << 10) == 0);
  for (int I = 0; I < Waiters; ++I)
    CHECK(pthread_create(&T[I], &A, waits, NULL) == 0);
  CHECK(pthread_attr_destroy(&A) == 0);
  CHECK(pthread_mutex_lock(&Mutex) == 0);
  for (int I = 0; I < Rounds; ++I) {
    awaitAll();
    CHECK(WokenUp == I * Waiters);
    ++Round;
    CHECK(pthread_cond_broadcast(&Go) == 0);
  }
  awaitAll();
  CHECK(WokenUp == Rounds * Waiters);
  if (getenv("OPEN_CO_WORKERS"))
    CHECK(osThreads() <= 16);
  WokenUp = 0;
  for (int I = 1; I <= Waiters; ++I) {
    ++Permits;
    CHECK(pthread_cond_signal(&Go) == 0);
    while (WokenUp < I)
      CHECK(pthread_cond_wait(&All, &Mutex) == 0);
    CHECK(WokenUp == I && Permits == 0);
  }
  // Allowed, but ours has none.
  CHECK(InVain == 0 || !getenv("OPEN_CO_WORKERS"));
  CHECK(pthread_mutex_unlock(&Mutex) == 0);
  for (int I = 0; I < Waiters; ++I)
    join(T[I]);
}

int main(void) {
  crowd();
  inThread(crowd);
  return 0;
}
