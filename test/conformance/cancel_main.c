// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: main is cancelled by a thread, or ended by its handler of a signal,
// wherever it waits; its cleanup handlers run, with the mutex of a condition
// held; a signal of that is another waiter's then; the process ends with its
// last thread.
#include "check.h"
#include <poll.h>

static pthread_mutex_t Mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t Cond = PTHREAD_COND_INITIALIZER;
static pthread_t Main, Canceller;
static int Pipe[2], CleanedUp, Waiting;
static volatile int InHandler;
/// Whether main waits or its handler of a signal does, or that ends main.
static enum { Cancelled, CancelledInHandler, ByHandler, Ways } Way;

static void unlock(void *Arg) {
  (void)Arg; // Fails unless this thread holds it.
  CHECK(pthread_mutex_trylock(&Mutex) == EBUSY);
  CHECK(pthread_mutex_unlock(&Mutex) == 0);
  struct timespec Soon = afterMs(CLOCK_REALTIME, 1);
  CHECK(pthread_mutex_lock(&Mutex) == 0);
  int Error;
  while ((Error = pthread_cond_timedwait(&Cond, &Mutex, &Soon)) == 0)
    ; // POSIX allows that, and the request may be just on its way.
  CHECK(Error == ETIMEDOUT && pthread_mutex_unlock(&Mutex) == 0);
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

static void ends(int Signal) {
  (void)Signal;
  if (Way == ByHandler)
    pthread_exit(PTHREAD_CANCELED);
  InHandler = 1;
  for (;;)
    pause();
}
static void *waits(void *Arg) {
  CHECK(pthread_mutex_lock(&Mutex) == 0);
  Waiting = 1;
  while (Waiting)
    CHECK(pthread_cond_wait(&Cond, &Mutex) == 0);
  CHECK(pthread_mutex_unlock(&Mutex) == 0);
  return Arg;
}
static void *cancels(void *Arg) {
  sleepMs(20); // It mostly waits by then.
  if (Way != Cancelled) {
    CHECK(pthread_kill(Main, SIGUSR1) == 0);
    while (Way == CancelledInHandler && !InHandler)
      sched_yield();
  }
  if (Way != ByHandler)
    CHECK(pthread_cancel(Main) == 0);
  CHECK(join(Main) == PTHREAD_CANCELED && CleanedUp);
  CHECK(pthread_mutex_trylock(&Mutex) == 0);
  CHECK(pthread_mutex_unlock(&Mutex) == 0);
  pthread_t Waiter = start(waits, NULL);
  for (int Done = 0; !Done;) {
    CHECK(pthread_mutex_lock(&Mutex) == 0);
    if ((Done = Waiting)) {
      Waiting = 0;
      CHECK(pthread_cond_signal(&Cond) == 0);
    }
    CHECK(pthread_mutex_unlock(&Mutex) == 0);
    sched_yield();
  }
  join(Waiter);
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
  CHECK(signal(SIGUSR1, ends) != SIG_ERR);
  for (Way = 0; Way < Ways; ++Way)
    // The last has cancellation disabled, in its handlers, too.
    for (Number = 0; Number < Count - (Way != Cancelled); ++Number)
      CHECK(inChild(child) == 0);
}

int main(void) {
  CHECK(pipe(Pipe) == 0);
  all();
  inThread(all);
  all();
  return 0;
}
