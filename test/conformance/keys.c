// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: thread-specific values start as NULL, belong to one thread, and are
// handed to their destructors at its end, in as many rounds as it takes.
#include "check.h"
#include <limits.h>

int __pthread_key_create(pthread_key_t *, void (*)(void *));

static pthread_key_t Plain, Counted, Stubborn;
static int Destroyed, Rounds;

static void count(void *Value) {
  CHECK(Value != NULL);
  CHECK(pthread_getspecific(Counted) == NULL); // Cleared before the call.
  sched_yield();                               // A destructor may block.
  __atomic_fetch_add(&Destroyed, (int)(long)Value, __ATOMIC_RELAXED);
}

static void again(void *Value) {
  ++Rounds;
  CHECK(pthread_setspecific(Stubborn, Value) == 0);
}

static void *uses(void *Arg) {
  long Mine = (long)Arg;
  CHECK(KEEPS_ERRNO(pthread_getspecific(Plain)) == NULL);
  CHECK(pthread_getspecific(Counted) == NULL);
  CHECK(KEEPS_ERRNO(pthread_setspecific(Plain, &Mine)) == 0);
  CHECK(pthread_setspecific(Counted, Arg) == 0);
  for (int I = 0; I < 5; ++I) {
    sched_yield();
    CHECK(pthread_getspecific(Plain) == &Mine);
    CHECK(pthread_getspecific(Counted) == Arg);
  }
  if (Mine % 2)
    pthread_exit(NULL);
  return NULL;
}

static void *stubborn(void *Arg) {
  CHECK(pthread_setspecific(Stubborn, &Rounds) == 0);
  return Arg;
}

static void keys(void) {
  pthread_t T[20];
  Destroyed = Rounds = 0;
  CHECK(KEEPS_ERRNO(pthread_key_create(&Plain, NULL)) == 0);
  CHECK(pthread_key_create(&Counted, count) == 0);
  CHECK(KEEPS_ERRNO(__pthread_key_create(&Stubborn, again)) == 0);
  for (long I = 0; I < 20; ++I)
    T[I] = start(uses, (void *)(I + 1));
  for (int I = 0; I < 20; ++I)
    join(T[I]);
  CHECK(Destroyed == 210);
  join(start(stubborn, NULL));
  CHECK(Rounds == PTHREAD_DESTRUCTOR_ITERATIONS);

  // A deleted key's destructor does not run, and its values are gone.
  CHECK(pthread_setspecific(Plain, &T) == 0);
  CHECK(KEEPS_ERRNO(pthread_key_delete(Plain)) == 0);
  CHECK(KEEPS_ERRNO(pthread_key_delete(Plain)) == EINVAL);
  CHECK(KEEPS_ERRNO(pthread_setspecific(Plain, &T)) == EINVAL);
  CHECK(KEEPS_ERRNO(pthread_getspecific(Plain)) == NULL);
  pthread_key_t New;
  CHECK(pthread_key_create(&New, NULL) == 0);
  CHECK(pthread_getspecific(New) == NULL);
  CHECK(pthread_key_delete(New) == 0);
  CHECK(pthread_key_delete(Counted) == 0 && pthread_key_delete(Stubborn) == 0);
  CHECK(pthread_setspecific(12345, &T) == EINVAL);
  CHECK(pthread_key_delete(12345) == EINVAL);
}

static pthread_key_t Many[PTHREAD_KEYS_MAX];

/// Far more keys than fit beside the thread; all hold.
static void many(void) {
  long N = 0;
  while (N < PTHREAD_KEYS_MAX && pthread_key_create(&Many[N], NULL) == 0)
    ++N;
  CHECK(N >= _POSIX_THREAD_KEYS_MAX);
  if (N < PTHREAD_KEYS_MAX)
    CHECK(pthread_key_create(&Many[N], NULL) == EAGAIN);
  for (long I = 0; I < N; ++I)
    CHECK(pthread_setspecific(Many[I], (void *)(I + 1)) == 0);
  sched_yield();
  for (long I = 0; I < N; ++I)
    CHECK(pthread_getspecific(Many[I]) == (void *)(I + 1));
  for (long I = 0; I < N; ++I)
    CHECK(pthread_key_delete(Many[I]) == 0);
}

/// No key has been made yet, other than by a sanitizer.
static void none(void) {
#if !__has_feature(address_sanitizer) && !__has_feature(memory_sanitizer) &&   \
    !__has_feature(thread_sanitizer)
  for (pthread_key_t K = 0; K < PTHREAD_KEYS_MAX; ++K) {
    CHECK(pthread_getspecific(K) == NULL);
    CHECK(pthread_setspecific(K, &Plain) == EINVAL);
    CHECK(pthread_key_delete(K) == EINVAL);
  }
#endif
}

int main(void) {
  everywhere(none);
  keys();
  inThread(keys);
  many();
  inThread(many);
  keys();
  return 0;
}
