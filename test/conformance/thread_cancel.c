// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: pthread_cancel ends a thread at its next cancellation point, and not
// while that is disabled; state and type are kept per thread; cleanup handlers
// run in order, then destructors of keys.
#include "check.h"
#include <poll.h>
#include <semaphore.h>

static pthread_key_t Key;
static char Trace[32];
static int Pipe[2];

static void note(char C) {
  size_t N = strlen(Trace);
  CHECK(N + 1 < sizeof Trace);
  Trace[N] = C;
  Trace[N + 1] = 0;
}
static void cleanUp(void *C) { note(*(char *)C); }
static void endKey(void *C) { note(*(char *)C); }

static void states(void) {
  int Old = -1;
  CHECK(KEEPS_ERRNO(pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &Old)) == 0);
  CHECK(Old == PTHREAD_CANCEL_ENABLE);
  sched_yield();
  pthread_testcancel();
  CHECK(pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, &Old) == 0);
  CHECK(Old == PTHREAD_CANCEL_DISABLE);
  CHECK(pthread_setcancelstate(12345, &Old) == EINVAL);
  CHECK(pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL) == 0);
  CHECK(KEEPS_ERRNO(pthread_setcanceltype(PTHREAD_CANCEL_DEFERRED, &Old)) == 0);
  CHECK(Old == PTHREAD_CANCEL_DEFERRED);
  CHECK(pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, &Old) == 0);
  CHECK(pthread_setcanceltype(PTHREAD_CANCEL_DEFERRED, &Old) == 0);
  CHECK(Old == PTHREAD_CANCEL_ASYNCHRONOUS);
  CHECK(pthread_setcanceltype(12345, &Old) == EINVAL);
  pthread_testcancel();
}

/// Reads until it is cancelled.
static void *blocked(void *Arg) {
  char C;
  CHECK(pthread_setspecific(Key, "k") == 0);
  pthread_cleanup_push(cleanUp, "1");
  pthread_cleanup_push(cleanUp, "2");
  CHECK(read(Pipe[0], &C, 1) == 1);
  note('?');
  pthread_cleanup_pop(0);
  pthread_cleanup_pop(0);
  return Arg;
}

static void *disabled(void *Started) {
  int Old;
  char C;
  CHECK(pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL) == 0);
  post(Started);
  CHECK(read(Pipe[0], &C, 1) == 1);
  CHECK(poll(NULL, 0, 1) == 0);
  note('d');
  CHECK(pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, &Old) == 0);
  note('e');
  pthread_cleanup_push(cleanUp, "c");
  pthread_testcancel();
  note('?');
  pthread_cleanup_pop(0);
  return NULL;
}

static void *atOnce(void *Started) {
  int Old;
  CHECK(pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL) == 0);
  CHECK(pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, &Old) == 0);
  CHECK(pthread_cancel(pthread_self()) == 0);
  pthread_testcancel();
  post(Started);
  pthread_cleanup_push(cleanUp, "a");
  CHECK(pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, &Old) == 0);
  note('?');
  pthread_cleanup_pop(0);
  return NULL;
}

static void *itself(void *Arg) {
  CHECK(pthread_cancel(pthread_self()) == 0);
  CHECK(pthread_cancel(pthread_self()) == 0);
  note('s'); // Deferred: only the next cancellation point acts.
  CHECK(sched_yield() == 0);
  pthread_cleanup_push(cleanUp, "t");
  CHECK(close(dup(Pipe[0])) == 0);
  note('?');
  pthread_cleanup_pop(0);
  return Arg;
}

/// With a value there, sem_clockwait is no cancellation point in glibc; the
/// others are.
static void *takes(void *Unused) {
  sem_t S;
  struct timespec Far = afterMs(CLOCK_MONOTONIC, 100000);
  (void)Unused;
  CHECK(sem_init(&S, 0, 2) == 0 && pthread_cancel(pthread_self()) == 0);
  CHECK(KEEPS_ERRNO(sem_clockwait(&S, CLOCK_MONOTONIC, &Far)) == 0);
  note('w');
  pthread_cleanup_push(cleanUp, "x");
  sem_timedwait(&S, &Far);
  note('?');
  pthread_cleanup_pop(0);
  return NULL;
}

static void exitsElsewise(void *Arg) {
  note('x');
  pthread_testcancel(); // It is being cancelled already.
  CHECK(poll(NULL, 0, 1) == 0);
  pthread_exit(Arg);
}
static void *exitsInHandler(void *Arg) {
  pthread_cleanup_push(cleanUp, "o");
  pthread_cleanup_push(exitsElsewise, Arg);
  pthread_cancel(pthread_self());
  pthread_testcancel();
  pthread_cleanup_pop(0);
  pthread_cleanup_pop(0);
  return NULL;
}

static void *nothing(void *Ended) {
  post(Ended);
  return Ended;
}

static void cancels(void) {
  Gate Started = GATE_INIT;
  CHECK(pipe(Pipe) == 0);
  CHECK(pthread_key_create(&Key, endKey) == 0);

  for (int I = 0; I < 2; ++I) { // Before it first runs; while it waits.
    *Trace = 0;
    pthread_t T = start(blocked, NULL);
    if (I)
      sleepMs(20);
    CHECK(KEEPS_ERRNO(pthread_cancel(T)) == 0);
    CHECK(join(T) == PTHREAD_CANCELED);
    CHECK(strcmp(Trace, "21k") == 0 || (!I && strcmp(Trace, "21") == 0));
  }

  *Trace = 0;
  pthread_t T = start(disabled, &Started);
  await(&Started, 1);
  CHECK(pthread_cancel(T) == 0 && pthread_cancel(T) == 0);
  CHECK(write(Pipe[1], "x", 1) == 1);
  CHECK(join(T) == PTHREAD_CANCELED && strcmp(Trace, "dec") == 0);

  *Trace = 0;
  T = start(atOnce, &Started);
  await(&Started, 2);
  CHECK(join(T) == PTHREAD_CANCELED && strcmp(Trace, "a") == 0);

  *Trace = 0;
  CHECK(join(start(itself, NULL)) == PTHREAD_CANCELED);
  CHECK(strcmp(Trace, "st") == 0);

  *Trace = 0;
  CHECK(join(start(takes, NULL)) == PTHREAD_CANCELED);
  CHECK(strcmp(Trace, "wx") == 0);

  // Undefined, says POSIX; glibc calls the handler for ever. Ours ends.
  if (getenv("OPEN_CO_WORKERS")) {
    *Trace = 0;
    CHECK(join(start(exitsInHandler, &Started)) == &Started);
    CHECK(strcmp(Trace, "xo") == 0);
  }

  T = start(nothing, &Started);
  await(&Started, 3);
  CHECK(pthread_cancel(T) == 0); // It may have ended.
  CHECK(join(T) == &Started);

  CHECK(pthread_key_delete(Key) == 0);
  CHECK(close(Pipe[0]) == 0 && close(Pipe[1]) == 0);
}

int main(void) {
  everywhere(states);
  cancels();
  inThread(cancels);
  return 0;
}
