// locks.c - operations on the lane's mutexes, conditions, semaphores and spin
// locks. A lane takes turns, so who holds what is known; what would never end
// is left out.
#include "../run.h"

#include <semaphore.h>
#include <threads.h>

enum {
  NumMutexes = 4,
  NumSemaphores = 2
}; // Normal, recursive, errorcheck, normal.

typedef struct {
  pthread_mutex_t Mutex[NumMutexes];
  int Owner[NumMutexes], Depth[NumMutexes]; // Owner: thread + 1.
  pthread_cond_t Condition;
  int Flag;
  sem_t Semaphore[NumSemaphores];
  pthread_spinlock_t Spin;
  pthread_barrier_t Barrier; // Of two.
} Locks;

static Locks All[MaxLanes];

__attribute__((constructor)) static void initialise(void) {
  static const int Types[NumMutexes] = {
      PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_RECURSIVE, PTHREAD_MUTEX_ERRORCHECK,
      PTHREAD_MUTEX_ADAPTIVE_NP};
  for (Locks *L = All; L < All + MaxLanes; ++L) {
    for (int I = 0; I < NumMutexes; ++I) {
      pthread_mutexattr_t A;
      pthread_mutexattr_init(&A);
      pthread_mutexattr_settype(&A, Types[I]);
      pthread_mutex_init(&L->Mutex[I], &A);
    }
    pthread_cond_init(&L->Condition, NULL);
    for (int I = 0; I < NumSemaphores; ++I)
      sem_init(&L->Semaphore[I], 0, 0);
    pthread_spin_init(&L->Spin, PTHREAD_PROCESS_PRIVATE);
    pthread_barrier_init(&L->Barrier, NULL, 2);
  }
}

static Locks *locks(Run *R) { return &All[R->L->Index]; }

static void locked(Run *R, Locks *L, long M, int Error) {
  if (Error)
    return;
  L->Owner[M] = R->S->Thread + 1;
  ++L->Depth[M];
}

OP(mutex_lock, "mutex ms via4") {
  Locks *L = locks(R);
  long M = A[0], Mine = L->Owner[M] == R->S->Thread + 1;
  struct timespec T;
  long long Start = nowNs();
  // Another's, or a plain one of our own, is never unlocked.
  int Forever = L->Owner[M] && !(Mine && (M == 1 || M == 2));
  if (A[2] < 2 && Forever && !R->S->MayWait) {
    say(R, " would block");
    return;
  }
  int Error = 0;
  switch (A[2]) {
  case 0:
  case 1:
    Error = STATUS(pthread_mutex_lock, &L->Mutex[M]);
    break;
  case 2:
    T = inMs(CLOCK_REALTIME, A[1]);
    Error = STATUS(pthread_mutex_timedlock, &L->Mutex[M], &T);
    break;
  case 3:
    T = inMs(CLOCK_MONOTONIC, A[1]);
    Error = STATUS(pthread_mutex_clocklock, &L->Mutex[M], CLOCK_MONOTONIC, &T);
    break;
  }
  if (Error == ETIMEDOUT)
    notBefore(R, Start, A[1]);
  locked(R, L, M, Error);
}

OP(mutex_trylock, "mutex") {
  Locks *L = locks(R);
  locked(R, L, A[0], STATUS(pthread_mutex_trylock, &L->Mutex[A[0]]));
}

OP(mutex_unlock, "mutex") {
  Locks *L = locks(R);
  long M = A[0];
  if (L->Owner[M] != R->S->Thread + 1 && M != 1 && M != 2) {
    say(R, " not ours");
    return;
  }
  // Before the call: who waits for it says that it is his.
  int Last = L->Owner[M] == R->S->Thread + 1 && --L->Depth[M] == 0;
  if (Last)
    L->Owner[M] = 0;
  STATUS(pthread_mutex_unlock, &L->Mutex[M]);
}

/// The thread unlocks all that it holds.
OP(unlock_all, "-") {
  Locks *L = locks(R);
  for (int M = 0; M < NumMutexes; ++M)
    for (; L->Owner[M] == R->S->Thread + 1; L->Depth[M] || (L->Owner[M] = 0)) {
      --L->Depth[M];
      STATUS(pthread_mutex_unlock, &L->Mutex[M]);
    }
}

/// Who comes next has to wait.
OP(sem_empty, "-semaphore") {
  while (CALL(sem_trywait, &locks(R)->Semaphore[A[0]]) == 0)
    ;
}

OP(sem_wait, "semaphore ms via4") {
  Locks *L = locks(R);
  sem_t *S = &L->Semaphore[A[0]];
  int Value;
  sem_getvalue(S, &Value);
  long long Start = nowNs();
  if (A[2] == 0 && Value == 0 && !R->S->MayWait) {
    say(R, " would block");
    return;
  }
  struct timespec T;
  long Failed = 0;
  switch (A[2]) {
  case 0:
    Failed = RESULT(sem_wait, S);
    break;
  case 1:
    T = inMs(CLOCK_REALTIME, A[1]);
    Failed = RESULT(sem_timedwait, S, &T);
    break;
  case 2:
    T = inMs(CLOCK_MONOTONIC, A[1]);
    Failed = RESULT(sem_clockwait, S, CLOCK_MONOTONIC, &T);
    break;
  case 3:
    T = (struct timespec){0, -1};
    Failed = RESULT(sem_timedwait, S, &T);
    break;
  }
  if (Failed && errno == ETIMEDOUT)
    notBefore(R, Start, A[1]);
}

OP(sem_post, "semaphore") { RESULT(sem_post, &locks(R)->Semaphore[A[0]]); }

OP(sem_getvalue, "semaphore") {
  int Value = -1;
  sem_getvalue(&locks(R)->Semaphore[A[0]], &Value);
  say(R, " %d", Value);
}

/// Whose wait is cancelled has the mutex again.
static void unlock(void *Mutex) { CALL(pthread_mutex_unlock, Mutex); }

/// Until somebody sets the flag, or the time has passed.
OP(cond_wait, "-ms via3") {
  Locks *L = locks(R);
  struct timespec T = inMs(A[1] == 2 ? CLOCK_MONOTONIC : CLOCK_REALTIME, A[0]);
  long long Start = nowNs();
  int Error = 0;
  CALL(pthread_mutex_lock, &L->Mutex[0]);
  pthread_cleanup_push(unlock, &L->Mutex[0]);
  while (!L->Flag && !Error)
    switch (A[1]) {
    case 0:
      Error = CALL(pthread_cond_wait, &L->Condition, &L->Mutex[0]);
      break;
    case 1:
      Error = CALL(pthread_cond_timedwait, &L->Condition, &L->Mutex[0], &T);
      break;
    case 2:
      Error = CALL(pthread_cond_clockwait, &L->Condition, &L->Mutex[0],
                   CLOCK_MONOTONIC, &T);
      break;
    }
  L->Flag -= !Error;
  pthread_cleanup_pop(1);
  say(R, " %s", Error ? errorName(Error) : "flag");
  if (Error == ETIMEDOUT)
    notBefore(R, Start, A[0]);
}

OP(cond_signal, "-count via2") {
  Locks *L = locks(R);
  CALL(pthread_mutex_lock, &L->Mutex[0]);
  L->Flag += (int)A[0];
  if (A[1] || A[0] > 1)
    STATUS(pthread_cond_broadcast, &L->Condition);
  else
    STATUS(pthread_cond_signal, &L->Condition);
  CALL(pthread_mutex_unlock, &L->Mutex[0]);
}

/// One of the two who meet is told so: a script has a pattern for it.
OP(barrier_wait, "-") {
  int Error = CALL(pthread_barrier_wait, &locks(R)->Barrier);
  say(R, " %s", Error == PTHREAD_BARRIER_SERIAL_THREAD ? "serial" : "0");
}

OP(spin, "") {
  Locks *L = locks(R);
  STATUS(pthread_spin_lock, &L->Spin);
  pthread_spin_unlock(&L->Spin);
}
