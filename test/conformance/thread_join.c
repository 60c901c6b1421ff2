// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: pthread_create, pthread_join and their timed and trying forms pass
// values, wait, time out and refuse as the manual says; errno is left alone.
#include "check.h"

static void *twice(void *Arg) { return (void *)(2 * (long)Arg); }

static void *nested(void *Arg) {
  long N = (long)Arg;
  return N == 0 ? NULL
                : (void *)((long)join(start(nested, (void *)(N - 1))) + N);
}

static void *waitForGate(void *Arg) {
  await(Arg, 1);
  return Arg;
}

static void *joinSelf(void *Arg) {
  (void)Arg;
  struct timespec Bad = {0, -1};
  CHECK(KEEPS_ERRNO(pthread_join(pthread_self(), NULL)) == EDEADLK);
  CHECK(pthread_timedjoin_np(pthread_self(), NULL, &Bad) == EDEADLK);
  CHECK(pthread_clockjoin_np(pthread_self(), NULL, CLOCK_BOOTTIME, &Bad) ==
        EINVAL);
  return NULL;
}

static void *joinDetached(void *Arg) {
  struct timespec Past = {1, 0};
  CHECK(pthread_detach(pthread_self()) == 0);
  CHECK(pthread_detach(pthread_self()) == EINVAL);
  CHECK(pthread_join(pthread_self(), NULL) == EINVAL);
  CHECK(pthread_timedjoin_np(pthread_self(), NULL, &Past) == EINVAL);
  post(Arg);
  return NULL;
}

static void *tellSelf(void *Arg) {
  *(pthread_t *)Arg = pthread_self();
  return NULL;
}

static void *errnoIsZero(void *Arg) {
  (void)Arg;
  return (void *)(long)errno;
}

static void joins(void) {
  pthread_t T, Told;
  void *Value;
  CHECK(KEEPS_ERRNO(pthread_create(&T, NULL, twice, (void *)21)) == 0);
  CHECK(KEEPS_ERRNO(pthread_join(T, &Value)) == 0 && Value == (void *)42);
  CHECK(join(start(nested, (void *)10)) == (void *)55);
  CHECK(pthread_join(start(twice, NULL), NULL) == 0);

  T = start(tellSelf, &Told);
  join(T);
  CHECK(pthread_equal(T, Told) && !pthread_equal(T, pthread_self()));

  Gate G = GATE_INIT;
  T = start(waitForGate, &G);
  Value = (void *)7;
  CHECK(KEEPS_ERRNO(pthread_tryjoin_np(T, &Value)) == EBUSY);
  struct timespec Soon = afterMs(CLOCK_REALTIME, 30);
  long long From = nowMs();
  CHECK(KEEPS_ERRNO(pthread_timedjoin_np(T, &Value, &Soon)) == ETIMEDOUT);
  CHECK(nowMs() - From >= 28);
  Soon = afterMs(CLOCK_MONOTONIC, 30);
  CHECK(KEEPS_ERRNO(pthread_clockjoin_np(T, &Value, CLOCK_MONOTONIC, &Soon)) ==
        ETIMEDOUT);
  CHECK(nowMs() - From >= 57);
  CHECK(Value == (void *)7);
  post(&G);
  Soon = afterMs(CLOCK_REALTIME, 50000);
  CHECK(KEEPS_ERRNO(pthread_timedjoin_np(T, &Value, &Soon)) == 0);
  CHECK(Value == &G);

  T = start(twice, (void *)3);
  int R;
  while ((R = pthread_tryjoin_np(T, &Value)) == EBUSY)
    sched_yield();
  CHECK(R == 0 && Value == (void *)6);
  T = start(twice, (void *)4);
  Soon = afterMs(CLOCK_MONOTONIC, 50000);
  CHECK(pthread_clockjoin_np(T, &Value, CLOCK_MONOTONIC, &Soon) == 0);
  CHECK(Value == (void *)8);

  // One that has ended is joined whatever the time. (glibc spins until then.)
  struct timespec Bad = {0, -1};
  T = start(twice, (void *)5);
  while ((R = pthread_timedjoin_np(T, &Value, &Bad)) == EINVAL)
    sched_yield();
  CHECK(R == 0 && Value == (void *)10);

  join(start(joinSelf, NULL));
  G.Count = 0;
  start(joinDetached, &G);
  await(&G, 1);
  errno = 5;
  CHECK(join(start(errnoIsZero, NULL)) == NULL);
  CHECK(errno == 5);
}

int main(void) {
  everywhere(joins);
  CHECK(pthread_join(pthread_self(), NULL) == EDEADLK);
  return 0;
}
