// switches.c - two threads that take turns.
#include "bench.h"

#include <sched.h>
#include <unistd.h>

static pthread_mutex_t Lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t Changed = PTHREAD_COND_INITIALIZER;
static int Turn;
static long Rounds;
static int There[2], Back[2];

static void takeTurns(int Which) {
  pthread_mutex_lock(&Lock);
  for (long I = 0; I < Rounds; ++I) {
    while (Turn != Which)
      pthread_cond_wait(&Changed, &Lock);
    Turn = !Which;
    pthread_cond_signal(&Changed);
  }
  pthread_mutex_unlock(&Lock);
}

static void echo(int From, int To, int First) {
  char C = 0;
  for (long I = 0; I < Rounds; ++I) {
    if (First)
      (void)!write(To, &C, 1);
    (void)!read(From, &C, 1);
    if (!First)
      (void)!write(To, &C, 1);
  }
}

static void yieldTurns(void) {
  for (long I = 0; I < Rounds; ++I)
    sched_yield();
}

static void *otherTurns(void *Arg) { return takeTurns(1), Arg; }
static void *otherEcho(void *Arg) { return echo(There[0], Back[1], 0), Arg; }
static void *otherYield(void *Arg) { return yieldTurns(), Arg; }

static pthread_t other(long Count, void *(*Body)(void *)) {
  pthread_t T;
  Rounds = Count;
  if (pthread_create(&T, NULL, Body, NULL) != 0)
    abort();
  return T;
}

static void condition(long Count) {
  pthread_t T = other(Count, otherTurns);
  takeTurns(0);
  pthread_join(T, NULL);
}
static void pipes(long Count) {
  pthread_t T = other(Count, otherEcho);
  echo(Back[0], There[1], 1);
  pthread_join(T, NULL);
}
static void yields(long Count) {
  pthread_t T = other(Count, otherYield);
  yieldTurns();
  pthread_join(T, NULL);
}

static void switches(void) {
  measure("there and back by a condition", condition);
  measure("there and back by pipes", pipes);
  measure("two yield", yields);
}

int main(void) {
  if (pipe(There) != 0 || pipe(Back) != 0)
    return 1;
  inThread(switches);
}
