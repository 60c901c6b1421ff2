// RUN: %clang -fno-asynchronous-unwind-tables %s -o %t && %native %t
// RUN: %open_co_clang -fno-asynchronous-unwind-tables %s -o %t.oc
// RUN: %run %t.oc
// Intent: a thread that ends in an initialiser of pthread_once, or in a signal
// handler, calls its cleanup handlers and leaves the rest in order, also if the
// program has no unwind tables.
#include "check.h"

static pthread_once_t Once;
static Gate Waits = GATE_INIT;
static int P[2], Runs, CleanedUp;

static void waitForEnd(void) {
  char C;
  post(&Waits);
  read(P[0], &C, 1);
  CHECK(!"read returns");
}
static void exits(void) { pthread_exit(&Runs); }
static void initialise(void) { ++Runs; }

static void cleanUp(void *Arg) { *(int *)Arg += 1; }

static void *runsOnce(void *Initialiser) {
  pthread_cleanup_push(cleanUp, &CleanedUp);
  pthread_once(&Once, *(void (**)(void))Initialiser);
  CHECK(!"pthread_once returns");
  pthread_cleanup_pop(0);
  return NULL;
}
static void *runsOnceBare(void *Initialiser) {
  pthread_once(&Once, *(void (**)(void))Initialiser);
  return NULL;
}

static void (*WaitForEnd)(void) = waitForEnd, (*Exits)(void) = exits;

static void onces(void *(*Function)(void *), int Handlers) {
  Once = PTHREAD_ONCE_INIT;
  Runs = CleanedUp = Waits.Count = 0;
  pthread_t T = start(Function, &WaitForEnd);
  await(&Waits, 1);
  CHECK(pthread_cancel(T) == 0);
  CHECK(join(T) == PTHREAD_CANCELED && CleanedUp == Handlers);
  CHECK(join(start(Function, &Exits)) == &Runs && CleanedUp == 2 * Handlers);
  CHECK(pthread_once(&Once, initialise) == 0 && Runs == 1);
}

static void handler(int Signal) {
  CHECK(Signal == SIGUSR1);
  exits();
}
static void *endsInHandler(void *Arg) {
  pthread_cleanup_push(cleanUp, &CleanedUp);
  if (Arg)
    raise(SIGUSR1);
  post(&Waits);
  char C;
  read(P[0], &C, 1);
  CHECK(!"read returns");
  pthread_cleanup_pop(0);
  return NULL;
}

static void handlers(void) {
  CleanedUp = Waits.Count = 0;
  signal(SIGUSR1, handler);
  CHECK(join(start(endsInHandler, &P)) == &Runs && CleanedUp == 1);
  pthread_t T = start(endsInHandler, NULL);
  await(&Waits, 1);
  CHECK(pthread_kill(T, SIGUSR1) == 0);
  CHECK(join(T) == &Runs && CleanedUp == 2);
}

static void all(void) {
  onces(runsOnce, 1);
  onces(runsOnceBare, 0);
  handlers();
}

int main(void) {
  CHECK(pipe(P) == 0);
  all();
  inThread(all);
  for (int I = 0; I < 100; ++I)
    handlers();
  return 0;
}
