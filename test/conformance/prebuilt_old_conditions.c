// UNSUPPORTED: static
// RUN: %plain_clang -fPIC -shared -DLIBRARY %s -o %t.so
// RUN: %clang %s %t.so -o %t && %native %t
// RUN: %open_co_clang %s %t.so -o %t.oc && %run %t.oc
// Intent: a library from before 2003 has other conditions, which stay libc's.
#include "check.h"

#ifdef LIBRARY
#define OLD(Name) __asm__(".symver " #Name ", " #Name "@GLIBC_2.2.5")
OLD(pthread_cond_broadcast);
OLD(pthread_cond_destroy);
OLD(pthread_cond_init);
OLD(pthread_cond_signal);
OLD(pthread_cond_wait);

enum { Waiters = 2 };
static pthread_mutex_t M = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t C; // A pointer to one, in fact.
static int Waiting, Turn;

static void *waits(void *Arg) {
  CHECK(pthread_mutex_lock(&M) == 0);
  ++Waiting;
  for (int Old = Turn; Turn == Old;)
    CHECK(pthread_cond_wait(&C, &M) == 0);
  CHECK(pthread_mutex_unlock(&M) == 0);
  return Arg;
}

static void lockWhenWaiting(int Count) {
  for (;;) {
    CHECK(pthread_mutex_lock(&M) == 0);
    if (Waiting == Count)
      return;
    CHECK(pthread_mutex_unlock(&M) == 0);
    sched_yield();
  }
}

static void tell(int Count, int (*How)(pthread_cond_t *)) {
  pthread_t T[Waiters];
  Waiting = 0;
  for (int N = 0; N < Count; ++N)
    T[N] = start(waits, NULL);
  lockWhenWaiting(Count);
  ++Turn;
  CHECK(How(&C) == 0);
  CHECK(pthread_mutex_unlock(&M) == 0);
  for (int N = 0; N < Count; ++N)
    join(T[N]);
}

void useOld(void) {
  CHECK(pthread_cond_init(&C, NULL) == 0);
  tell(1, pthread_cond_signal);
  tell(Waiters, pthread_cond_broadcast);
  CHECK(pthread_cond_destroy(&C) == 0);
}
#else
void useOld(void);

int main(void) {
  useOld();
  inThread(useOld);
  return 0;
}
#endif
