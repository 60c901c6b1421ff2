// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: process-shared, robust and priority-inheriting mutexes work between
// processes and threads; a robust one tells that its owner died.
#include "check.h"
#include <sys/mman.h>

typedef struct {
  pthread_mutex_t Lock;
  int Counter;
} Shared;
static Shared *S;

static void init(int Robust, int Protocol) {
  pthread_mutexattr_t Attr;
  CHECK(pthread_mutexattr_init(&Attr) == 0);
  CHECK(pthread_mutexattr_setpshared(&Attr, PTHREAD_PROCESS_SHARED) == 0);
  CHECK(pthread_mutexattr_setrobust(&Attr, Robust) == 0);
  CHECK(pthread_mutexattr_setprotocol(&Attr, Protocol) == 0);
  CHECK(pthread_mutex_init(&S->Lock, &Attr) == 0);
  CHECK(pthread_mutexattr_destroy(&Attr) == 0);
  S->Counter = 0;
}

static void increments(void) {
  for (int I = 0; I < 200; ++I) {
    CHECK(pthread_mutex_lock(&S->Lock) == 0);
    int Seen = S->Counter;
    if (I % 20 == 0)
      sched_yield();
    S->Counter = Seen + 1;
    CHECK(pthread_mutex_unlock(&S->Lock) == 0);
  }
}

static void *incrementsInThread(void *Arg) {
  increments();
  return Arg;
}

static void dieHolding(void) { CHECK(pthread_mutex_lock(&S->Lock) == 0); }

static void *endHolding(void *Arg) {
  CHECK(pthread_mutex_lock(&S->Lock) == 0);
  return Arg;
}

static void ownerDied(void) {
  CHECK(pthread_mutex_lock(&S->Lock) == EOWNERDEAD);
  CHECK(pthread_mutex_consistent(&S->Lock) == 0);
  CHECK(pthread_mutex_unlock(&S->Lock) == 0);
}

static void shared(void) {
  int Protocols[] = {PTHREAD_PRIO_NONE, PTHREAD_PRIO_INHERIT};
  for (int I = 0; I < 2; ++I) {
    init(PTHREAD_MUTEX_STALLED, Protocols[I]);
    pthread_t A = start(incrementsInThread, NULL);
    pthread_t B = start(incrementsInThread, NULL);
    CHECK(inChild(increments) == 0);
    join(A);
    join(B);
    CHECK(S->Counter == 600);
    CHECK(pthread_mutex_destroy(&S->Lock) == 0);

    init(PTHREAD_MUTEX_ROBUST, Protocols[I]);
    CHECK(inChild(dieHolding) == 0);
    ownerDied();
    join(start(endHolding, NULL));
    ownerDied();
    increments();
    CHECK(pthread_mutex_destroy(&S->Lock) == 0);
  }
}

int main(void) {
  S = mmap(NULL, sizeof(*S), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
           -1, 0);
  CHECK(S != MAP_FAILED);
  shared();
  inThread(shared);
  return 0;
}
