// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: a thread's sigaltstack is its own: handlers with SA_ONSTACK run
// there, others do not; it can be asked for, also by a handler, not changed
// while it is in use, and given up; a new thread has none. By function and by
// syscall.
#include "check.h"
#include <sys/syscall.h>

enum { Size = 64 * 1024, Threads = 8 };

static _Thread_local char *Alternative;
static _Thread_local volatile sig_atomic_t Runs, RanThere;

static int isThere(const void *Address) {
  const char *A = (const char *)Address;
  return Alternative && A >= Alternative && A < Alternative + Size;
}

static void onStack(int Signal) {
  stack_t S;
  ++Runs;
  RanThere = isThere(__builtin_frame_address(0));
  CHECK(sigaltstack(NULL, &S) == 0);
  if (RanThere) {
    CHECK(S.ss_sp == Alternative && S.ss_size == Size);
    CHECK(S.ss_flags == SS_ONSTACK);
    S.ss_flags = 0;
    CHECK_ERRNO(sigaltstack(&S, NULL), EPERM);
  }
  (void)Signal;
}

static int runsThere(int Signal) {
  int Before = Runs;
  RanThere = 0;
  CHECK(raise(Signal) == 0 && Runs == Before + 1);
  return RanThere;
}

static void own(void) {
  stack_t None, Mine, Old;
  memset(&Mine, 0, sizeof(Mine));
  Runs = 0;
  CHECK(KEEPS_ERRNO(sigaltstack(NULL, &None)) == 0);
  CHECK(None.ss_flags == SS_DISABLE);
  CHECK(!runsThere(SIGUSR1) && !runsThere(SIGUSR2));

  Mine.ss_sp = Alternative = malloc(Size);
  Mine.ss_size = 1;
  CHECK_ERRNO(sigaltstack(&Mine, NULL), ENOMEM);
  Mine.ss_size = Size;
  Mine.ss_flags = 12345;
  CHECK_ERRNO(sigaltstack(&Mine, NULL), EINVAL);
  CHECK_ERRNO(sigaltstack((stack_t *)1, NULL), EFAULT);
  CHECK_ERRNO(sigaltstack(NULL, (stack_t *)1), EFAULT);
  Mine.ss_flags = 0;
  CHECK(KEEPS_ERRNO(sigaltstack(&Mine, &Old)) == 0);
  CHECK(Old.ss_flags == SS_DISABLE);
  for (int I = 0; I < 10; ++I) {
    sched_yield();
    CHECK(runsThere(SIGUSR1) && !runsThere(SIGUSR2));
    CHECK(sigaltstack(NULL, &Old) == 0);
    CHECK(Old.ss_sp == Alternative && Old.ss_size == Size && !Old.ss_flags);
  }
  Mine.ss_flags = SS_DISABLE;
  CHECK(syscall(SYS_sigaltstack, &Mine, &Old) == 0);
  CHECK(Old.ss_sp == Alternative);
  CHECK(syscall(SYS_sigaltstack, NULL, &Old) == 0);
  CHECK(Old.ss_flags == SS_DISABLE);
  char *Freed = Alternative;
  Alternative = NULL;
  CHECK(!runsThere(SIGUSR1));
  free(Freed);
}

/// It ends with its stack in use for signals.
static void *leaves(void *Arg) {
  stack_t S, Old;
  memset(&S, 0, sizeof(S));
  S.ss_sp = Alternative = (char *)Arg;
  S.ss_size = Size;
  CHECK(sigaltstack(&S, &Old) == 0 && Old.ss_flags == SS_DISABLE);
  CHECK(runsThere(SIGUSR1));
  return NULL;
}

static void ended(void) {
  static char Stack[Size];
  for (int I = 0; I < 20; ++I)
    join(start(leaves, Stack));
  inThread(own);
}

/// Signals from others, while it waits.
static Gate Ready;
static int Pipe[2];
static void *waits(void *Arg) {
  stack_t S;
  char C;
  memset(&S, 0, sizeof(S));
  S.ss_sp = Alternative = malloc(Size);
  S.ss_size = Size;
  CHECK(sigaltstack(&S, NULL) == 0);
  post(&Ready);
  CHECK(read(Pipe[0], &C, 1) == 1);
  CHECK(Runs == 1 && RanThere);
  S.ss_flags = SS_DISABLE;
  CHECK(sigaltstack(&S, NULL) == 0);
  free(Alternative);
  return Arg;
}

static void others(void) {
  pthread_t T[Threads];
  Ready = (Gate)GATE_INIT;
  CHECK(pipe(Pipe) == 0);
  for (int I = 0; I < Threads; ++I)
    T[I] = start(waits, NULL);
  await(&Ready, Threads);
  for (int I = 0; I < Threads; ++I)
    CHECK(pthread_kill(T[I], SIGUSR1) == 0);
  for (int I = 0; I < Threads; ++I) // It has to be handled before.
    CHECK(write(Pipe[1], "x", 1) == 1);
  for (int I = 0; I < Threads; ++I)
    join(T[I]);
  CHECK(close(Pipe[0]) == 0 && close(Pipe[1]) == 0);
}

int main(void) {
  struct sigaction A;
  memset(&A, 0, sizeof(A));
  A.sa_handler = onStack;
  A.sa_flags = SA_RESTART;
  CHECK(sigaction(SIGUSR2, &A, NULL) == 0);
  A.sa_flags |= SA_ONSTACK;
  CHECK(sigaction(SIGUSR1, &A, NULL) == 0);
  inThread(own);
  inThreads(Threads, own);
  own();
  inThread(ended);
  others();
  inThread(others);
  return 0;
}
