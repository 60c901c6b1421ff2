// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: attributes of mutexes and conditions tell what they were set to; a
// robust mutex goes through its states, also within the process; one that
// inherits priority knows its owner and keeps times. What a thread leaves held
// is nobody else's.
#include "check.h"
#include <sys/mman.h>

static void values(void) {
  pthread_mutexattr_t A;
  pthread_mutex_t M;
  int I = -1;
  CHECK(pthread_mutexattr_init(&A) == 0);
  const int Types[] = {PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_RECURSIVE,
                       PTHREAD_MUTEX_ERRORCHECK, PTHREAD_MUTEX_ADAPTIVE_NP};
  for (int T = 0; T < 4; ++T) {
    CHECK(pthread_mutexattr_settype(&A, Types[T]) == 0);
    CHECK(pthread_mutexattr_gettype(&A, &I) == 0 && I == Types[T]);
    CHECK(pthread_mutex_init(&M, &A) == 0);
    CHECK(pthread_mutex_lock(&M) == 0);
    CHECK(pthread_mutex_destroy(&M) == EBUSY);
    int Again = pthread_mutex_trylock(&M);
    CHECK(Again == (Types[T] == PTHREAD_MUTEX_RECURSIVE ? 0 : EBUSY));
    if (Again == 0)
      CHECK(pthread_mutex_unlock(&M) == 0);
    CHECK(pthread_mutex_unlock(&M) == 0);
    CHECK(pthread_mutex_destroy(&M) == 0);
  }
  CHECK(pthread_mutexattr_settype(&A, 99) == EINVAL);
  CHECK(pthread_mutexattr_setpshared(&A, PTHREAD_PROCESS_SHARED) == 0);
  CHECK(pthread_mutexattr_getpshared(&A, &I) == 0);
  CHECK(I == PTHREAD_PROCESS_SHARED);
  CHECK(pthread_mutexattr_setpshared(&A, 99) == EINVAL);
  CHECK(pthread_mutexattr_setrobust(&A, PTHREAD_MUTEX_ROBUST) == 0);
  CHECK(pthread_mutexattr_getrobust(&A, &I) == 0 && I == PTHREAD_MUTEX_ROBUST);
  CHECK(pthread_mutexattr_setrobust(&A, 99) == EINVAL);
  CHECK(pthread_mutexattr_setprotocol(&A, PTHREAD_PRIO_INHERIT) == 0);
  CHECK(pthread_mutexattr_getprotocol(&A, &I) == 0);
  CHECK(I == PTHREAD_PRIO_INHERIT);
  CHECK(pthread_mutexattr_setprotocol(&A, 99) == EINVAL);
  CHECK(pthread_mutexattr_setprioceiling(&A, 5) == 0);
  CHECK(pthread_mutexattr_getprioceiling(&A, &I) == 0 && I == 5);
  CHECK(pthread_mutexattr_destroy(&A) == 0);
  CHECK(pthread_mutex_init(&M, NULL) == 0);
  CHECK(pthread_mutex_getprioceiling(&M, &I) == EINVAL);
  CHECK(pthread_mutex_setprioceiling(&M, 1, &I) == EINVAL);
  CHECK(pthread_mutex_consistent(&M) == EINVAL);
  CHECK(pthread_mutex_destroy(&M) == 0);

  pthread_condattr_t C;
  clockid_t Clock;
  CHECK(pthread_condattr_init(&C) == 0);
  CHECK(pthread_condattr_getclock(&C, &Clock) == 0 && Clock == CLOCK_REALTIME);
  CHECK(pthread_condattr_setclock(&C, CLOCK_MONOTONIC) == 0);
  CHECK(pthread_condattr_getclock(&C, &Clock) == 0 && Clock == CLOCK_MONOTONIC);
  CHECK(pthread_condattr_setclock(&C, CLOCK_PROCESS_CPUTIME_ID) == EINVAL);
  CHECK(pthread_condattr_setpshared(&C, PTHREAD_PROCESS_SHARED) == 0);
  CHECK(pthread_condattr_getpshared(&C, &I) == 0);
  CHECK(I == PTHREAD_PROCESS_SHARED);
  CHECK(pthread_condattr_destroy(&C) == 0);
}

static pthread_mutex_t Mutex;

static void make(int Type, int Robust, int Protocol) {
  pthread_mutexattr_t A;
  CHECK(pthread_mutexattr_init(&A) == 0);
  CHECK(pthread_mutexattr_settype(&A, Type) == 0);
  CHECK(pthread_mutexattr_setrobust(&A, Robust) == 0);
  CHECK(pthread_mutexattr_setprotocol(&A, Protocol) == 0);
  CHECK(pthread_mutex_init(&Mutex, &A) == 0);
  CHECK(pthread_mutexattr_destroy(&A) == 0);
}

static void *endHolding(void *Arg) {
  CHECK(pthread_mutex_lock(&Mutex) == 0);
  return Arg;
}
static void *waits(void *Arg) {
  *(int *)Arg = pthread_mutex_lock(&Mutex);
  return Arg;
}

static void robust(int Protocol) {
  make(PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_ROBUST, Protocol);
  CHECK(pthread_mutex_lock(&Mutex) == 0);
  CHECK(pthread_mutex_consistent(&Mutex) == EINVAL);
  CHECK(pthread_mutex_unlock(&Mutex) == 0);

  // Made consistent, it is as before. The thread has left it when it is joined.
  for (int I = 0; I < 50; ++I) {
    join(start(endHolding, NULL));
    CHECK(pthread_mutex_trylock(&Mutex) == EOWNERDEAD);
    CHECK(pthread_mutex_consistent(&Mutex) == 0);
    CHECK(pthread_mutex_unlock(&Mutex) == 0);
  }
  join(start(endHolding, NULL));
  CHECK(pthread_mutex_lock(&Mutex) == EOWNERDEAD);
  CHECK(pthread_mutex_consistent(&Mutex) == 0);
  CHECK(pthread_mutex_unlock(&Mutex) == 0);
  CHECK(pthread_mutex_lock(&Mutex) == 0);
  CHECK(pthread_mutex_unlock(&Mutex) == 0);

  // Else it is of no use any more, which one who waits is told, too. (Of
  // several, glibc tells one only.)
  join(start(endHolding, NULL));
  struct timespec Far = afterMs(CLOCK_REALTIME, 60000);
  CHECK(pthread_mutex_timedlock(&Mutex, &Far) == EOWNERDEAD);
  int Result = -1;
  pthread_t T = start(waits, &Result);
  sleepMs(10);
  CHECK(pthread_mutex_unlock(&Mutex) == 0);
  join(T);
  CHECK(Result == ENOTRECOVERABLE);
  CHECK(pthread_mutex_lock(&Mutex) == ENOTRECOVERABLE);
  CHECK(pthread_mutex_trylock(&Mutex) == ENOTRECOVERABLE);
  CHECK(pthread_mutex_destroy(&Mutex) == 0);
}

static void *notOwner(void *Arg) {
  CHECK(pthread_mutex_unlock(&Mutex) == EPERM);
  CHECK(pthread_mutex_trylock(&Mutex) == EBUSY);
  struct timespec Soon = afterMs(CLOCK_REALTIME, 20);
  CHECK(pthread_mutex_timedlock(&Mutex, &Soon) == ETIMEDOUT);
  return Arg;
}

static void owners(int Robust, int Protocol) {
  make(PTHREAD_MUTEX_ERRORCHECK, Robust, Protocol);
  CHECK(pthread_mutex_unlock(&Mutex) == EPERM);
  CHECK(pthread_mutex_lock(&Mutex) == 0);
  CHECK(pthread_mutex_lock(&Mutex) == EDEADLK);
  join(start(notOwner, NULL));
  CHECK(pthread_mutex_unlock(&Mutex) == 0);
  CHECK(pthread_mutex_destroy(&Mutex) == 0);
  make(PTHREAD_MUTEX_RECURSIVE, Robust, Protocol);
  CHECK(pthread_mutex_lock(&Mutex) == 0 && pthread_mutex_lock(&Mutex) == 0);
  CHECK(pthread_mutex_unlock(&Mutex) == 0);
  join(start(notOwner, NULL));
  CHECK(pthread_mutex_unlock(&Mutex) == 0);
  CHECK(pthread_mutex_destroy(&Mutex) == 0);
}

/// The owner need not wait, so its time need not be valid.
static void badTimes(void) {
  struct timespec Bad = {0, -1};
  make(PTHREAD_MUTEX_ERRORCHECK, PTHREAD_MUTEX_STALLED, PTHREAD_PRIO_NONE);
  CHECK(pthread_mutex_timedlock(&Mutex, &Bad) == 0);
  CHECK(pthread_mutex_timedlock(&Mutex, &Bad) == EDEADLK);
  CHECK(pthread_mutex_clocklock(&Mutex, CLOCK_MONOTONIC, &Bad) == EDEADLK);
  CHECK(pthread_mutex_unlock(&Mutex) == 0);
  make(PTHREAD_MUTEX_RECURSIVE, PTHREAD_MUTEX_STALLED, PTHREAD_PRIO_NONE);
  CHECK(pthread_mutex_timedlock(&Mutex, &Bad) == 0);
  CHECK(pthread_mutex_timedlock(&Mutex, &Bad) == 0);
  CHECK(pthread_mutex_unlock(&Mutex) == 0 && pthread_mutex_unlock(&Mutex) == 0);
}

static void *triesWhatIsHeld(void *Arg) {
  CHECK(pthread_mutex_trylock(&Mutex) == EBUSY);
  struct timespec Past = {1, 0};
  CHECK(pthread_mutex_timedlock(&Mutex, &Past) == ETIMEDOUT);
  return Arg;
}

static void leftHeld(int Type) {
  pthread_mutexattr_t A;
  CHECK(pthread_mutexattr_init(&A) == 0);
  CHECK(pthread_mutexattr_settype(&A, Type) == 0);
  CHECK(pthread_mutexattr_setpshared(&A, PTHREAD_PROCESS_SHARED) == 0);
  CHECK(pthread_mutex_init(&Mutex, &A) == 0);
  CHECK(pthread_mutexattr_destroy(&A) == 0);
  join(start(endHolding, NULL));
  for (int I = 0; I < 4; ++I)
    join(start(triesWhatIsHeld, NULL));
}

/// Ends with a robust mutex that is held and not there any more.
static void *unmaps(void *Arg) {
  pthread_mutexattr_t A;
  CHECK(pthread_mutexattr_init(&A) == 0);
  CHECK(pthread_mutexattr_setrobust(&A, PTHREAD_MUTEX_ROBUST) == 0);
  pthread_mutex_t *M = mmap(NULL, sizeof *M, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK(M != MAP_FAILED && pthread_mutex_init(M, &A) == 0);
  CHECK(pthread_mutex_lock(M) == 0);
  CHECK(munmap(M, sizeof *M) == 0);
  return Arg;
}

/// Whether it may be locked depends on the caller's rights.
static void ceiling(void) {
  make(PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_STALLED, PTHREAD_PRIO_PROTECT);
  int First = -1, Old = -1, Now = -1;
  CHECK(pthread_mutex_getprioceiling(&Mutex, &First) == 0);
  int Error = pthread_mutex_setprioceiling(&Mutex, First + 1, &Old);
  CHECK(Error == 0 || Error == EPERM || Error == EINVAL);
  CHECK(pthread_mutex_getprioceiling(&Mutex, &Now) == 0);
  if (Error == 0)
    CHECK(Old == First && Now == First + 1);
  else
    CHECK(Old == -1 && Now == First);
  CHECK(pthread_mutex_setprioceiling(&Mutex, 1000, &Old) == EINVAL);
  CHECK(pthread_mutex_destroy(&Mutex) == 0);
}

static void all(void) {
  values();
  badTimes();
  ceiling();
  leftHeld(PTHREAD_MUTEX_ERRORCHECK);
  leftHeld(PTHREAD_MUTEX_RECURSIVE);
  join(start(unmaps, NULL));
  robust(PTHREAD_PRIO_NONE);
  robust(PTHREAD_PRIO_INHERIT);
  owners(PTHREAD_MUTEX_STALLED, PTHREAD_PRIO_NONE);
  owners(PTHREAD_MUTEX_ROBUST, PTHREAD_PRIO_NONE);
  owners(PTHREAD_MUTEX_STALLED, PTHREAD_PRIO_INHERIT);
}

int main(void) {
  all();
  inThread(all);
  return 0;
}
