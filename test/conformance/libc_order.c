// UNSUPPORTED: static
// RUN: %plain_clang -fPIC -shared -DLIBRARY %s -o %t.so
// RUN: %clang %s %t.so -o %t && %native %t
// RUN: %open_co_clang -fPIC -shared -DLIBRARY %s -o %t.oc.so
// RUN: %open_co_clang -lc -fPIC -shared -DLIBRARY %s -o %t.lc.so
// RUN: %plain_clang %s %t.oc.so -o %t.1 && %run %t.1
// RUN: %plain_clang -lc %s %t.oc.so -o %t.2 && %run %t.2
// RUN: %plain_clang %s %t.lc.so -o %t.3 && %run %t.3
// Intent: a rewritten library finds libc's own functions where ld.so has libc
// in front of the runtime: in a plain program that is linked with it.
#include "check.h"

void use(void);

#ifdef LIBRARY
static pthread_mutex_t M = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t C = PTHREAD_COND_INITIALIZER;
static int Turn;

static void *awaitTurn(void *Arg) {
  CHECK(pthread_mutex_lock(&M) == 0);
  while (Turn == 0)
    CHECK(pthread_cond_wait(&C, &M) == 0);
  CHECK(pthread_mutex_unlock(&M) == 0);
  return Arg;
}

/// What libc's own functions do, or are asked to, too.
static void wakeNobody(int Shared) {
  pthread_condattr_t CA;
  pthread_cond_t Cond;
  CHECK(pthread_condattr_init(&CA) == 0);
  CHECK(pthread_condattr_setpshared(&CA, Shared) == 0);
  CHECK(pthread_cond_init(&Cond, &CA) == 0);
  CHECK(pthread_cond_signal(&Cond) == 0);
  CHECK(pthread_cond_broadcast(&Cond) == 0);
  CHECK(pthread_cond_destroy(&Cond) == 0);

  pthread_rwlockattr_t LA;
  pthread_rwlock_t L;
  CHECK(pthread_rwlockattr_init(&LA) == 0);
  CHECK(pthread_rwlockattr_setpshared(&LA, Shared) == 0);
  CHECK(pthread_rwlock_init(&L, &LA) == 0);
  CHECK(pthread_rwlock_wrlock(&L) == 0);
  CHECK(pthread_rwlock_unlock(&L) == 0);
  CHECK(pthread_rwlock_rdlock(&L) == 0);
  CHECK(pthread_rwlock_tryrdlock(&L) == 0);
  CHECK(pthread_rwlock_trywrlock(&L) == EBUSY);
  CHECK(pthread_rwlock_unlock(&L) == 0);
  CHECK(pthread_rwlock_unlock(&L) == 0);
  CHECK(pthread_rwlock_destroy(&L) == 0);

  pthread_barrierattr_t BA;
  pthread_barrier_t B;
  CHECK(pthread_barrierattr_init(&BA) == 0);
  CHECK(pthread_barrierattr_setpshared(&BA, Shared) == 0);
  CHECK(pthread_barrier_init(&B, &BA, 1) == 0);
  CHECK(pthread_barrier_wait(&B) == PTHREAD_BARRIER_SERIAL_THREAD);
  CHECK(pthread_barrier_destroy(&B) == 0);
}

static void wakes(void) {
  wakeNobody(PTHREAD_PROCESS_PRIVATE);
  wakeNobody(PTHREAD_PROCESS_SHARED);
}

void use(void) {
  everywhere(wakes);
  pthread_t T = start(awaitTurn, NULL);
  CHECK(pthread_mutex_lock(&M) == 0);
  Turn = 1;
  CHECK(pthread_cond_signal(&C) == 0);
  CHECK(pthread_mutex_unlock(&M) == 0);
  join(T);
}
#else
int main(void) {
  use();
  return 0;
}
#endif
