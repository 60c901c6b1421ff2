// UNSUPPORTED: static
// RUN: %plain_clang -fPIC -shared -DLIBRARY %s -o %t.so
// RUN: %clang %s %t.so -o %t && %native %t
// RUN: %open_co_clang %s %t.so -o %t.oc && %run %t.oc
// Intent: a thread of the program ends a round of a barrier in which others
// wait by libc's own function, as prebuilt code does in a static program. A
// library finds it behind libopen-co.so's by version.
#include "check.h"
#include <dlfcn.h>

#ifdef LIBRARY
int prebuiltWait(pthread_barrier_t *B) {
  int (*Wait)(pthread_barrier_t *);
  *(void **)&Wait = dlvsym(RTLD_NEXT, "pthread_barrier_wait", "GLIBC_2.2.5");
  CHECK(Wait != NULL);
  return Wait(B);
}
#else
int prebuiltWait(pthread_barrier_t *);

enum { Others = 3, Rounds = 50 };
static pthread_barrier_t B;
static int Passed;

static void *waitAll(void *Arg) {
  for (int R = 0; R < Rounds; ++R) {
    CHECK(prebuiltWait(&B) == 0);
    __atomic_fetch_add(&Passed, 1, __ATOMIC_RELAXED);
  }
  return Arg;
}

static void rounds(void) {
  pthread_t T[Others];
  Passed = 0;
  CHECK(pthread_barrier_init(&B, NULL, Others + 1) == 0);
  for (int I = 0; I < Others; ++I)
    T[I] = start(waitAll, NULL);
  for (int R = 0; R < Rounds; ++R) {
    // The first field counts those that have come.
    while (__atomic_load_n((unsigned *)&B, __ATOMIC_ACQUIRE) % (Others + 1) !=
           Others)
      sched_yield();
    CHECK(__atomic_load_n(&Passed, __ATOMIC_RELAXED) == R * Others);
    CHECK(pthread_barrier_wait(&B) == PTHREAD_BARRIER_SERIAL_THREAD);
  }
  CHECK(pthread_barrier_destroy(&B) == 0);
  for (int I = 0; I < Others; ++I)
    join(T[I]);
}

int main(void) {
  rounds();
  inThread(rounds);
  return 0;
}
#endif
