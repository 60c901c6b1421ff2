// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: a waiter of a condition that is cancelled, or whose time passes, at
// the very moment when it is signalled, eats no signal that is meant for
// another; handlers that run meanwhile lose none either.
#include "check.h"

enum { Rounds = 150 };

typedef enum { Cancelled, Timed, Handled } Way;
static Way How;
static int Round;

static pthread_mutex_t Mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t Cond = PTHREAD_COND_INITIALIZER;
static pthread_cond_t Changed = PTHREAD_COND_INITIALIZER;
static int Permits, Waiting;

static void handle(int Signal) { (void)Signal; }

static void unlock(void *M) { CHECK(pthread_mutex_unlock(M) == 0); }

/// Under the lock: tells that the caller is about to wait.
static void announce(void) {
  ++Waiting;
  CHECK(pthread_cond_signal(&Changed) == 0);
}

/// Waits for a permit. \returns whether it has got one; those whose time has
/// passed leave it to the other.
static void *leaves(void *Arg) {
  void *Got = NULL;
  CHECK(pthread_mutex_lock(&Mutex) == 0);
  pthread_cleanup_push(unlock, &Mutex);
  announce();
  struct timespec Soon = afterMs(CLOCK_REALTIME, 1);
  int R = 0;
  while (R == 0 && Permits == 0)
    R = How == Timed ? pthread_cond_timedwait(&Cond, &Mutex, &Soon)
                     : pthread_cond_wait(&Cond, &Mutex);
  CHECK(R == 0 || (R == ETIMEDOUT && How == Timed));
  if (R == 0) {
    --Permits;
    Got = &Permits;
  }
  pthread_cleanup_pop(1);
  (void)Arg;
  return Got;
}

static void *stays(void *Arg) {
  CHECK(pthread_mutex_lock(&Mutex) == 0);
  announce();
  while (Permits == 0)
    CHECK(pthread_cond_wait(&Cond, &Mutex) == 0);
  --Permits;
  CHECK(pthread_mutex_unlock(&Mutex) == 0);
  return Arg;
}

static void give(void) {
  CHECK(pthread_mutex_lock(&Mutex) == 0);
  ++Permits;
  if (Round % 3 == 0) // With the lock, or without.
    CHECK(pthread_cond_signal(&Cond) == 0);
  CHECK(pthread_mutex_unlock(&Mutex) == 0);
  if (Round % 3)
    CHECK(pthread_cond_signal(&Cond) == 0);
}

static void meet(void) {
  Permits = Waiting = 0;
  pthread_t Leaves = start(leaves, NULL);
  pthread_t Stays = start(stays, NULL);
  CHECK(pthread_mutex_lock(&Mutex) == 0);
  while (Waiting < 2)
    CHECK(pthread_cond_wait(&Changed, &Mutex) == 0);
  CHECK(pthread_mutex_unlock(&Mutex) == 0);
  if (How == Timed && Round % 4)
    usleep(900); // Until about then.
  if (How == Cancelled && Round % 2)
    CHECK(pthread_cancel(Leaves) == 0);
  if (How == Handled)
    CHECK(pthread_kill(Leaves, SIGUSR1) == 0);
  give();
  if (How == Cancelled && Round % 2 == 0)
    CHECK(pthread_cancel(Leaves) == 0);
  if (How == Handled) {
    CHECK(pthread_kill(Stays, SIGUSR1) == 0);
    give(); // One for each.
  }
  void *Result = join(Leaves);
  CHECK(Result == &Permits || How != Handled);
  if (Result == &Permits && How != Handled)
    give(); // It was the one that was signalled.
  join(Stays);
  CHECK(Permits == 0);
}

static void all(void) {
  for (How = Cancelled; How <= Handled; ++How)
    for (Round = 0; Round < Rounds; ++Round)
      meet();
}

int main(void) {
  CHECK(signal(SIGUSR1, handle) != SIG_ERR);
  all();
  inThread(all);
  return 0;
}
