// RUN: %plain_clang -c -DLIBRARY %s -o %t.o
// RUN: %clang %s %t.o -o %t && %native %t
// RUN: %open_co_clang %s %t.o -o %t.oc && %run %t.oc
// Intent: a mutex that rewritten code locks and prebuilt code unlocks, as
// inline functions of C++ in a program of both kinds may, comes to who waits
// for it.
#include "check.h"

void unlockElsewhere(pthread_mutex_t *M);

#ifdef LIBRARY
void unlockElsewhere(pthread_mutex_t *M) {
  CHECK(pthread_mutex_unlock(M) == 0);
}
#else
enum { Waiters = 3 };
static pthread_mutex_t M = PTHREAD_MUTEX_INITIALIZER;
static int Coming, Had;

static void *waits(void *Arg) {
  __atomic_fetch_add(&Coming, 1, __ATOMIC_SEQ_CST);
  CHECK(pthread_mutex_lock(&M) == 0);
  ++Had;
  unlockElsewhere(&M);
  return Arg;
}

static void unlockForOthers(void) {
  pthread_t T[Waiters];
  Coming = Had = 0;
  CHECK(pthread_mutex_lock(&M) == 0);
  for (int N = 0; N < Waiters; ++N)
    T[N] = start(waits, NULL);
  while (__atomic_load_n(&Coming, __ATOMIC_SEQ_CST) < Waiters)
    sched_yield();
  sched_yield(); // They mostly wait by then.
  unlockElsewhere(&M);
  for (int N = 0; N < Waiters; ++N)
    join(T[N]);
  CHECK(Had == Waiters);
}

int main(void) {
  unlockForOthers();
  inThread(unlockForOthers);
  return 0;
}
#endif
