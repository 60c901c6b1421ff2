// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: main is cancelled by a thread, wherever it waits; its handlers run,
// with the mutex of a condition held; the process ends with its last thread.
#include "check.h"
#include <poll.h>

static pthread_mutex_t Mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t Cond = PTHREAD_COND_INITIALIZER;
static pthread_t Main, Canceller;
static int Pipe[2], CleanedUp;

static void unlock(void *Arg) {
  (void)Arg; // Fails unless this thread holds it.
  CHECK(pthread_mutex_trylock(&Mutex) == EBUSY);
  CHECK(pthread_mutex_unlock(&Mutex) == 0);
  struct timespec Soon = afterMs(CLOCK_REALTIME, 1);
  CHECK(pthread_mutex_lock(&Mutex) == 0);
  CHECK(pthread_cond_timedwait(&Cond, &Mutex, &Soon) == ETIMEDOUT);
  CHECK(pthread_mutex_unlock(&Mutex) == 0);
}
static void cleanUp(void *Arg) {
  (void)Arg;
  CleanedUp = 1;
}

static void doWait(void) {
  CHECK(pthread_mutex_lock(&Mutex) == 0);
  pthread_cleanup_push(unlock, NULL);
  for (;;)
    CHECK(pthread_cond_wait(&Cond, &Mutex) == 0);
  pthread_cleanup_pop(0);
}
static void doTimedWait(void) {
  struct timespec Far = afterMs(CLOCK_REALTIME, 100000000);
  CHECK(pthread_mutex_lock(&Mutex) == 0);
  pthread_cleanup_push(unlock, NULL);
  for (;;)
    CHECK(pthread_cond_timedwait(&Cond, &Mutex, &Far) == 0);
  pthread_cleanup_pop(0);
}
static void doJoin(void) { pthread_join(Canceller, NULL); }
static void doRead(void) {
  char C;
  CHECK(read(Pipe[0], &C, 1) == 1);
}
static void doLater(void) {
  struct timespec Soon = afterMs(CLOCK_REALTIME, 60);
  CHECK(pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL) == 0);
  CHECK(pthread_mutex_lock(&Mutex) == 0);
  CHECK(pthread_cond_timedwait(&Cond, &Mutex, &Soon) == ETIMEDOUT);
  CHECK(pthread_mutex_unlock(&Mutex) == 0);
  CHECK(pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL) == 0);
  doJoin();
}
static void (*const Waits[])(void) = {doWait, doTimedWait, doJoin, doRead,
                                      doLater};
enum { Count = sizeof Waits / sizeof *Waits };

static void *cancels(void *Arg) {
  sleepMs(20); // It mostly waits by then.
  CHECK(pthread_cancel(Main) == 0);
  CHECK(join(Main) == PTHREAD_CANCELED && CleanedUp);
  CHECK(pthread_mutex_trylock(&Mutex) == 0);
  return Arg;
}

static int Number;
static void child(void) {
  Main = pthread_self();
  Canceller = start(cancels, NULL);
  pthread_cleanup_push(cleanUp, NULL);
  Waits[Number]();
  pthread_cleanup_pop(0);
  _exit(1);
}

static void all(void) {
  for (Number = 0; Number < Count; ++Number)
    CHECK(inChild(child) == 0);
}

int main(void) {
  CHECK(pipe(Pipe) == 0);
  all();
  inThread(all);
  all();
  return 0;
}
