// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: setjmp and longjmp within a thread, and siglongjmp out of a handler
// that interrupted a blocking call, on main and in threads.
#include "check.h"
#include <setjmp.h>

static __thread sigjmp_buf Back;
static __thread volatile int Jumps;

static void block(void) {
  sched_yield();
  usleep(100);
}

__attribute__((noinline)) static void deep(int Depth, jmp_buf To) {
  volatile char Pad[256] = {0};
  if (Depth % 5 == 0)
    block();
  if (Depth == 0)
    longjmp(To, 42);
  deep(Depth - 1, To);
  (void)Pad;
}

static void jumps(void) {
  jmp_buf Here;
  for (int I = 0; I < 3; ++I) {
    int R = setjmp(Here);
    block();
    if (R == 0)
      deep(10, Here);
    CHECK(R == 42);
  }
}

static void leave(int Signal) {
  (void)Signal;
  ++Jumps;
  siglongjmp(Back, 7);
}

static volatile int Stop;
static void *signalUntilJump(void *Arg) {
  while (!__atomic_load_n(&Stop, __ATOMIC_SEQ_CST)) {
    CHECK(pthread_kill(*(pthread_t *)Arg, SIGUSR1) == 0);
    sleepMs(5);
  }
  return NULL;
}

/// As programs do that give up on a slow call.
static void outOfHandler(void) {
  static int P[2];
  sigset_t Set, Old;
  pthread_t Self = pthread_self();
  char C;
  CHECK(pipe(P) == 0);
  sigemptyset(&Set);
  sigaddset(&Set, SIGUSR1);
  CHECK(pthread_sigmask(SIG_BLOCK, &Set, NULL) == 0);
  Stop = 0;
  Jumps = 0;
  pthread_t T = start(signalUntilJump, &Self);
  if (sigsetjmp(Back, 1) == 0) {
    CHECK(pthread_sigmask(SIG_UNBLOCK, &Set, NULL) == 0);
    read(P[0], &C, 1);
    CHECK(!"read returned");
  }
  // The mask that sigsetjmp saved is back: no more jumps.
  CHECK(pthread_sigmask(SIG_BLOCK, NULL, &Old) == 0);
  CHECK(sigismember(&Old, SIGUSR1));
  CHECK(Jumps == 1);
  __atomic_store_n(&Stop, 1, __ATOMIC_SEQ_CST);
  join(T);
  CHECK(write(P[1], "x", 1) == 1 && read(P[0], &C, 1) == 1);
  CHECK(close(P[0]) == 0 && close(P[1]) == 0);
  CHECK(signal(SIGUSR1, SIG_IGN) == leave); // Drops what is pending.
  CHECK(signal(SIGUSR1, leave) == SIG_IGN);
  CHECK(pthread_sigmask(SIG_UNBLOCK, &Set, NULL) == 0);
}

int main(void) {
  CHECK(signal(SIGUSR1, leave) == SIG_DFL);
  everywhere(jumps);
  for (int I = 0; I < 3; ++I) {
    outOfHandler();
    inThread(outOfHandler);
  }
  jumps();
  return 0;
}
