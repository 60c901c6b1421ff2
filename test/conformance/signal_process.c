// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: a signal for the process goes to a thread that does not block it:
// main if main does not, else a thread; if all block it, it waits.
#include "check.h"

static volatile int Handled;
static pthread_t HandledOn;
static int P[2];
static Gate Ready = GATE_INIT;

static void handler(int Signal) {
  (void)Signal;
  HandledOn = pthread_self();
  __atomic_fetch_add(&Handled, 1, __ATOMIC_SEQ_CST);
}

static void mask(int How) {
  sigset_t Set;
  sigemptyset(&Set);
  sigaddset(&Set, SIGUSR1);
  CHECK(pthread_sigmask(How, &Set, NULL) == 0);
}

static void *unblocked(void *Arg) {
  char C;
  mask(SIG_UNBLOCK);
  post(&Ready);
  CHECK(read(P[0], &C, 1) == 1);
  mask(SIG_BLOCK);
  return Arg;
}

static void *blocking(void *Arg) {
  char C;
  mask(SIG_BLOCK);
  post(&Ready);
  CHECK(read(P[0], &C, 1) == 1);
  return Arg;
}

static void waitHandled(int Count) {
  while (__atomic_load_n(&Handled, __ATOMIC_SEQ_CST) < Count)
    sched_yield();
}

int main(void) {
  struct sigaction Action;
  memset(&Action, 0, sizeof(Action));
  Action.sa_handler = handler;
  Action.sa_flags = SA_RESTART;
  CHECK(sigaction(SIGUSR1, &Action, NULL) == 0 && pipe(P) == 0);

  // main does not block it: before kill returns, natively.
  pthread_t A = start(blocking, NULL);
  await(&Ready, 1);
  CHECK(kill(getpid(), SIGUSR1) == 0);
  CHECK(Handled == 1 && pthread_equal(HandledOn, pthread_self()));

  // Only one thread does not block it.
  mask(SIG_BLOCK);
  pthread_t B = start(unblocked, NULL);
  await(&Ready, 2);
  for (int I = 0; I < 10; ++I) {
    CHECK(kill(getpid(), SIGUSR1) == 0);
    waitHandled(I + 2);
    CHECK(pthread_equal(HandledOn, B));
  }
  CHECK(write(P[1], "ab", 2) == 2);
  join(A);
  join(B);

  // All block it: it waits for main.
  Ready.Count = 0;
  A = start(blocking, NULL);
  await(&Ready, 1);
  CHECK(kill(getpid(), SIGUSR1) == 0);
  sleepMs(5);
  CHECK(Handled == 11);
  mask(SIG_UNBLOCK);
  CHECK(Handled == 12 && pthread_equal(HandledOn, pthread_self()));

  // All block it: it waits for a thread that unblocks it.
  mask(SIG_BLOCK);
  CHECK(kill(getpid(), SIGUSR1) == 0);
  B = start(unblocked, NULL);
  waitHandled(13);
  CHECK(pthread_equal(HandledOn, B));
  CHECK(write(P[1], "ab", 2) == 2);
  join(A);
  join(B);
  return 0;
}
