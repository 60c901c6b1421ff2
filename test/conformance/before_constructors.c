// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: locks, conditions and barriers serve a program before any library's
// constructors have run.
#include "check.h"

static pthread_mutex_t M = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t C = PTHREAD_COND_INITIALIZER;
static pthread_rwlock_t L = PTHREAD_RWLOCK_INITIALIZER;
static int Early;

static void useAll(void) {
  pthread_barrier_t B;
  CHECK(pthread_mutex_lock(&M) == 0);
  CHECK(pthread_cond_signal(&C) == 0);
  CHECK(pthread_cond_broadcast(&C) == 0);
  CHECK(pthread_mutex_unlock(&M) == 0);
  CHECK(pthread_rwlock_wrlock(&L) == 0 && pthread_rwlock_unlock(&L) == 0);
  CHECK(pthread_rwlock_rdlock(&L) == 0 && pthread_rwlock_unlock(&L) == 0);
  CHECK(pthread_barrier_init(&B, NULL, 1) == 0);
  CHECK(pthread_barrier_wait(&B) == PTHREAD_BARRIER_SERIAL_THREAD);
  CHECK(pthread_barrier_destroy(&B) == 0);
}

static void first(void) {
  useAll();
  Early = 1;
}

__attribute__((section(".preinit_array"),
               used)) static void (*First)(void) = first;

int main(void) {
  CHECK(Early);
  everywhere(useAll);
  return 0;
}
