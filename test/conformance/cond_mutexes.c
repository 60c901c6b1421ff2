// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: a condition works with a mutex of any kind: robust, inheriting
// priority, process-shared; the wait tells that the mutex's owner died. So it
// does if only the condition is shared.
#include "check.h"

static pthread_mutex_t Lock;
static pthread_cond_t Cond = PTHREAD_COND_INITIALIZER;
static int Waiting, Tickets;

enum { Waiters = 4 };

static int LockType = PTHREAD_MUTEX_NORMAL;

static void isHeld(void) {
  if (LockType != PTHREAD_MUTEX_RECURSIVE) {
    CHECK(pthread_mutex_trylock(&Lock) == EBUSY);
  } else {
    CHECK(pthread_mutex_trylock(&Lock) == 0);
    CHECK(pthread_mutex_unlock(&Lock) == 0);
  }
}

static void *waitForTicket(void *Arg) {
  CHECK(KEEPS_ERRNO(pthread_mutex_lock(&Lock)) == 0);
  ++Waiting;
  while (Tickets == 0) {
    struct timespec T = afterMs(CLOCK_REALTIME, 100000);
    CHECK((Arg ? KEEPS_ERRNO(pthread_cond_timedwait(&Cond, &Lock, &T))
               : KEEPS_ERRNO(pthread_cond_wait(&Cond, &Lock))) == 0);
    isHeld(); // Again.
  }
  --Tickets;
  CHECK(KEEPS_ERRNO(pthread_mutex_unlock(&Lock)) == 0);
  return NULL;
}

static void awaitWaiters(int Count) {
  for (;;) {
    CHECK(pthread_mutex_lock(&Lock) == 0);
    if (Waiting == Count)
      return; // With the lock: they are inside wait.
    CHECK(pthread_mutex_unlock(&Lock) == 0);
    sched_yield();
  }
}

static void tickets(void) {
  pthread_t T[Waiters];
  Waiting = Tickets = 0;
  for (int I = 0; I < Waiters; ++I)
    T[I] = start(waitForTicket, I % 2 ? &Lock : NULL);
  awaitWaiters(Waiters);
  Tickets = 1;
  CHECK(KEEPS_ERRNO(pthread_cond_signal(&Cond)) == 0);
  CHECK(pthread_mutex_unlock(&Lock) == 0);
  for (int Left = 1; Left != 0;) {
    CHECK(pthread_mutex_lock(&Lock) == 0);
    Left = Tickets;
    CHECK(pthread_mutex_unlock(&Lock) == 0);
    sched_yield();
  }
  CHECK(pthread_mutex_lock(&Lock) == 0);
  Tickets = Waiters - 1;
  CHECK(KEEPS_ERRNO(pthread_cond_broadcast(&Cond)) == 0);
  CHECK(pthread_mutex_unlock(&Lock) == 0);
  for (int I = 0; I < Waiters; ++I)
    join(T[I]);
  CHECK(Tickets == 0);

  CHECK(pthread_mutex_lock(&Lock) == 0);
  long long From = nowMs();
  struct timespec Soon = afterMs(CLOCK_REALTIME, 20);
  int R; // Spurious wake-ups are allowed.
  while ((R = KEEPS_ERRNO(pthread_cond_timedwait(&Cond, &Lock, &Soon))) == 0)
    ;
  CHECK(R == ETIMEDOUT && nowMs() - From >= 18);
  CHECK(pthread_mutex_unlock(&Lock) == 0);
}

static void *waitsForDead(void *Arg) {
  int R = 0;
  CHECK(pthread_mutex_lock(&Lock) == 0);
  ++Waiting;
  while (Tickets == 0 && R == 0)
    R = KEEPS_ERRNO(pthread_cond_wait(&Cond, &Lock));
  CHECK(R == EOWNERDEAD && Tickets == 1);
  CHECK(pthread_mutex_consistent(&Lock) == 0);
  CHECK(pthread_mutex_unlock(&Lock) == 0);
  return Arg;
}

static void *diesHolding(void *Arg) {
  awaitWaiters(1);
  Tickets = 1;
  CHECK(pthread_cond_signal(&Cond) == 0);
  return Arg;
}

static void ownerDies(void) {
  Waiting = Tickets = 0;
  pthread_t Waiter = start(waitsForDead, NULL);
  join(start(diesHolding, NULL));
  join(Waiter);
  CHECK(KEEPS_ERRNO(pthread_mutex_lock(&Lock)) == 0);
  CHECK(pthread_mutex_unlock(&Lock) == 0);
}

static void kinds(void) {
  for (int Kind = 0; Kind < 8; ++Kind) {
    pthread_mutexattr_t Attr;
    CHECK(pthread_mutexattr_init(&Attr) == 0);
    CHECK(pthread_mutexattr_setprotocol(
              &Attr, Kind & 1 ? PTHREAD_PRIO_INHERIT : PTHREAD_PRIO_NONE) == 0);
    CHECK(pthread_mutexattr_setrobust(&Attr, Kind & 2
                                                 ? PTHREAD_MUTEX_ROBUST
                                                 : PTHREAD_MUTEX_STALLED) == 0);
    CHECK(pthread_mutexattr_setpshared(
              &Attr, Kind & 4 ? PTHREAD_PROCESS_SHARED
                              : PTHREAD_PROCESS_PRIVATE) == 0);
    CHECK(pthread_mutex_init(&Lock, &Attr) == 0);
    CHECK(pthread_mutexattr_destroy(&Attr) == 0);
    tickets();
    if (Kind & 2)
      ownerDies();
    CHECK(pthread_mutex_destroy(&Lock) == 0);
  }
}

/// A shared condition works with a mutex of this process that has an owner.
static void sharedWithOwned(void) {
  pthread_cond_t Own = Cond;
  pthread_condattr_t Attr;
  CHECK(pthread_condattr_init(&Attr) == 0);
  CHECK(pthread_condattr_setpshared(&Attr, PTHREAD_PROCESS_SHARED) == 0);
  CHECK(pthread_cond_init(&Cond, &Attr) == 0);
  const int Types[] = {PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_RECURSIVE,
                       PTHREAD_MUTEX_ERRORCHECK, PTHREAD_MUTEX_ADAPTIVE_NP};
  for (int T = 0; T < 4; ++T) {
    pthread_mutexattr_t A;
    CHECK(pthread_mutexattr_init(&A) == 0);
    LockType = Types[T];
    CHECK(pthread_mutexattr_settype(&A, LockType) == 0);
    CHECK(pthread_mutex_init(&Lock, &A) == 0);
    tickets();
    CHECK(pthread_mutex_lock(&Lock) == 0);
    struct timespec Past = {1, 0};
    CHECK(pthread_cond_timedwait(&Cond, &Lock, &Past) == ETIMEDOUT);
    isHeld();
    if (LockType == PTHREAD_MUTEX_ERRORCHECK)
      CHECK(pthread_mutex_lock(&Lock) == EDEADLK);
    CHECK(pthread_mutex_unlock(&Lock) == 0);
    CHECK(pthread_mutex_destroy(&Lock) == 0);
  }
  LockType = PTHREAD_MUTEX_NORMAL;
  CHECK(pthread_cond_destroy(&Cond) == 0);
  Cond = Own;
}

static void all(void) {
  kinds();
  sharedWithOwned();
}

int main(void) {
  all();
  inThread(all);
  return 0;
}
