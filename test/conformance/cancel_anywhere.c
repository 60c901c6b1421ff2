// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: with PTHREAD_CANCEL_ASYNCHRONOUS a thread is cancelled wherever it
// is: while it computes, waits for a lock, is in a call or in a handler; not
// while that is disabled, and not any more once the type is deferred again.
#include "check.h"
#include <poll.h>

static char Trace[32];
static pthread_mutex_t Taken = PTHREAD_MUTEX_INITIALIZER;
static Gate There, Never = GATE_INIT;
static int Pipe[2];
static volatile unsigned long Steps;
static volatile int Told, Seen, Handled;

static void note(char C) {
  size_t N = strlen(Trace);
  CHECK(N + 1 < sizeof Trace);
  Trace[N] = C;
  Trace[N + 1] = 0;
}
static void cleanUp(void *C) { note(*(char *)C); }

/// For ever: without a call, and so without a cancellation point.
static void compute(void) {
  for (;;)
    ++Steps;
}
static void doLock(void) { pthread_mutex_lock(&Taken); }
static void doRead(void) {
  char C;
  CHECK(read(Pipe[0], &C, 1) == 0);
}
static void doPoll(void) { poll(NULL, 0, -1); }
static void doWait(void) { await(&Never, 1); }
/// Most of the time it is inside of one of them.
static void doMany(void) {
  for (;;) {
    CHECK(pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL) == 0);
    CHECK(pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL) == 0);
    pthread_testcancel();
  }
}
static void handler(int Signal) {
  (void)Signal;
  Handled = 1;
  compute();
}
static void doHandler(void) {
  pthread_kill(pthread_self(), SIGUSR1);
  compute(); // It may come later.
}

typedef void Place(void);
static Place *const Places[] = {compute, doLock, doRead,   doPoll,
                                doWait,  doMany, doHandler};
enum { NumPlaces = sizeof Places / sizeof *Places };

static void beAsynchronous(void) {
  int Old = -1;
  CHECK(KEEPS_ERRNO(pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, &Old)) ==
        0);
  CHECK(Old == PTHREAD_CANCEL_DEFERRED);
}

__attribute__((noinline)) static void deeper(Place *P) {
  pthread_cleanup_push(cleanUp, "2");
  Told = 1;
  P();
  pthread_cleanup_pop(0);
}

static void *goes(void *P) {
  pthread_cleanup_push(cleanUp, "1");
  post(&There); // Before: it takes a lock.
  beAsynchronous();
  deeper(*(Place **)P);
  pthread_cleanup_pop(0);
  return NULL;
}

/// Somewhere on its way there, or \p Inside.
static void cancelAt(Place *const *P, int Inside) {
  *Trace = 0;
  Told = 0;
  There = (Gate)GATE_INIT;
  pthread_t T = start(goes, (void *)P);
  await(&There, 1);
  if (Inside) {
    while (!Told)
      sched_yield();
    sleepMs(2); // Mostly it waits by then.
  }
  CHECK(KEEPS_ERRNO(pthread_cancel(T)) == 0);
  CHECK(join(T) == PTHREAD_CANCELED);
  CHECK(strcmp(Trace, "21") == 0 || (!Inside && strcmp(Trace, "1") == 0));
}

/// It tells, and is told, by plain variables only.
static void tell(void) {
  Told = 1;
  while (!Seen)
    ;
}

static void *disabled(void *Arg) {
  pthread_cleanup_push(cleanUp, "d");
  beAsynchronous();
  CHECK(pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL) == 0);
  tell();
  note('n');
  pthread_testcancel();
  note('o');
  CHECK(pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL) == 0);
  note('?');
  pthread_cleanup_pop(0);
  return Arg;
}

static void *deferred(void *Arg) {
  int Old = -1;
  pthread_cleanup_push(cleanUp, "d");
  beAsynchronous();
  CHECK(pthread_setcanceltype(PTHREAD_CANCEL_DEFERRED, &Old) == 0);
  CHECK(Old == PTHREAD_CANCEL_ASYNCHRONOUS);
  tell();
  note('n');
  CHECK(pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL) == 0);
  note('o');
  pthread_testcancel();
  note('?');
  pthread_cleanup_pop(0);
  return Arg;
}

static void told(ThreadFn *Fn) {
  *Trace = 0;
  Told = Seen = 0;
  pthread_t T = start(Fn, NULL);
  while (!Told)
    sched_yield();
  CHECK(pthread_cancel(T) == 0 && pthread_cancel(T) == 0);
  Seen = 1;
  CHECK(join(T) == PTHREAD_CANCELED && strcmp(Trace, "nod") == 0);
}

static void *computes(void *Arg) {
  beAsynchronous();
  Told = 1;
  compute();
  return Arg;
}

/// Cancelled while its handler computes, which is on top of a computation.
static void inHandler(void) {
  Told = Handled = 0;
  pthread_t T = start(computes, NULL);
  while (!Told)
    sched_yield();
  CHECK(pthread_kill(T, SIGUSR1) == 0);
  while (!Handled)
    sched_yield();
  CHECK(pthread_cancel(T) == 0 && join(T) == PTHREAD_CANCELED);
}

static void all(void) {
  CHECK(pipe(Pipe) == 0);
  CHECK(pthread_mutex_lock(&Taken) == 0);
  for (int I = 0; I < NumPlaces; ++I) {
    cancelAt(&Places[I], 0);
    cancelAt(&Places[I], 1);
  }
  // Nothing of theirs is left there.
  CHECK(pthread_mutex_unlock(&Taken) == 0 && pthread_mutex_lock(&Taken) == 0);
  CHECK(pthread_mutex_unlock(&Taken) == 0);
  told(disabled);
  told(deferred);
  inHandler();

  pthread_t T[20];
  for (int I = 0; I < 20; ++I)
    T[I] = start(computes, NULL);
  for (int I = 0; I < 20; ++I)
    CHECK(pthread_cancel(T[I]) == 0);
  for (int I = 0; I < 20; ++I)
    CHECK(join(T[I]) == PTHREAD_CANCELED);
  CHECK(close(Pipe[0]) == 0 && close(Pipe[1]) == 0);
}

static void inItsChild(void) {
  int Status = inChild(all);
  CHECK(WIFEXITED(Status) && WEXITSTATUS(Status) == 0);
}

int main(void) {
  struct sigaction A = {.sa_handler = handler};
  CHECK(sigaction(SIGUSR1, &A, NULL) == 0);
  all();
  inThread(all);
  inItsChild();
  inThread(inItsChild);
  return 0;
}
