// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: returning from main ends the process with main's value while other
// threads are blocked in every way or are running.
#include "check.h"
#include <poll.h>

static pthread_mutex_t Locked = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t Never = PTHREAD_COND_INITIALIZER;
static int P[2];
static volatile unsigned long Spins;

static void *reads(void *Arg) {
  char C;
  CHECK(read(P[0], &C, 1) == -2);
  return Arg;
}
static void *polls(void *Arg) {
  struct pollfd F = {P[0], POLLIN, 0};
  CHECK(poll(&F, 1, -1) == -2);
  return Arg;
}
static void *sleeps(void *Arg) {
  sleep(1000);
  return Arg;
}
static void *locks(void *Arg) {
  pthread_mutex_lock(&Locked);
  CHECK(!"locked");
  return Arg;
}
static void *waits(void *Arg) {
  pthread_mutex_t Own = PTHREAD_MUTEX_INITIALIZER;
  pthread_mutex_lock(&Own);
  for (;;)
    pthread_cond_wait(&Never, &Own);
  return Arg;
}
static void *joins(void *Arg) { return join(*(pthread_t *)Arg); }
static void *yields(void *Arg) {
  for (;;) {
    ++Spins;
    sched_yield();
  }
  return Arg;
}

static void startAll(void) {
  static pthread_t Sleeper;
  CHECK(pipe(P) == 0);
  pthread_mutex_lock(&Locked);
  Sleeper = start(sleeps, NULL);
  start(reads, NULL);
  start(polls, NULL);
  start(locks, NULL);
  start(waits, NULL);
  start(joins, &Sleeper);
  start(yields, NULL);
  while (Spins < 10)
    sched_yield();
}

static void exitSeven(void) {
  startAll();
  exit(7);
}

static void underscoreExitEight(void) {
  startAll();
  _exit(8);
}

static void abortAll(void) {
  dieQuietly();
  startAll();
  abort();
}

int main(void) {
  int Status = inChild(exitSeven);
  CHECK(WIFEXITED(Status) && WEXITSTATUS(Status) == 7);
  Status = inChild(underscoreExitEight);
  CHECK(WIFEXITED(Status) && WEXITSTATUS(Status) == 8);
  Status = inChild(abortAll);
  CHECK(WIFSIGNALED(Status) && WTERMSIG(Status) == SIGABRT);
  startAll();
  return 0;
}
