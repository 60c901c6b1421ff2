// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: a handler for a thread's signal runs as that thread: pthread_self,
// its stack, its thread_local, its errno, whether it was blocked or computing.
#include "check.h"

static volatile int Handled;
static __thread int Mine;
static pthread_t Target;
static volatile sig_atomic_t Stop;

static void asTarget(int Signal, siginfo_t *Info, void *Context) {
  pthread_attr_t Attr;
  void *Low;
  size_t Size;
  volatile char Local = 0;
  CHECK(Signal == SIGUSR1 && Info->si_signo == SIGUSR1 && Context != NULL);
  CHECK(Info->si_code == SI_TKILL && Info->si_pid == getpid());
  CHECK(pthread_equal(pthread_self(), Target));
  CHECK(Mine == 77);
  CHECK(pthread_getattr_np(Target, &Attr) == 0);
  CHECK(pthread_attr_getstack(&Attr, &Low, &Size) == 0);
  CHECK((char *)&Local >= (char *)Low && (char *)&Local < (char *)Low + Size);
  CHECK(pthread_attr_destroy(&Attr) == 0);
  errno = 5; // Not restored by anybody: the interrupted code sees it.
  __atomic_fetch_add(&Handled, 1, __ATOMIC_SEQ_CST);
}

static int P[2];
static Gate Ready = GATE_INIT;

static void *blocked(void *Arg) {
  char C;
  Mine = 77;
  Target = pthread_self();
  post(&Ready);
  CHECK(read(P[0], &C, 1) == 1);
  return Arg;
}

static void *computing(void *Arg) {
  Mine = 77;
  Target = pthread_self();
  post(&Ready);
  while (!Stop)
    sched_yield();
  return Arg;
}

static void *crowd(void *Arg) { // Others, with locals of their own.
  char C;
  Mine = 1;
  CHECK(read(*(int *)Arg, &C, 1) == 0);
  CHECK(Mine == 1);
  return NULL;
}

static void target(void) {
  pthread_t T, Others[10];
  int Q[2];
  CHECK(pipe(Q) == 0);
  for (int I = 0; I < 10; ++I)
    Others[I] = start(crowd, &Q[0]);
  for (int Kind = 0; Kind < 2; ++Kind) {
    Stop = 0;
    Ready.Count = Handled = 0;
    CHECK(pipe(P) == 0);
    T = start(Kind ? computing : blocked, NULL);
    await(&Ready, 1);
    for (int I = 1; I <= 20; ++I) {
      CHECK(pthread_kill(T, SIGUSR1) == 0);
      while (__atomic_load_n(&Handled, __ATOMIC_SEQ_CST) < I)
        sched_yield();
    }
    Stop = 1;
    CHECK(write(P[1], "x", 1) == 1);
    join(T);
    CHECK(Handled == 20);
    CHECK(close(P[0]) == 0 && close(P[1]) == 0);
  }
  CHECK(close(Q[1]) == 0);
  for (int I = 0; I < 10; ++I)
    join(Others[I]);
  CHECK(close(Q[0]) == 0);
}

/// raise and pthread_kill to oneself are done when they return.
static void self(void) {
  int Before = Mine;
  Mine = 77;
  Target = pthread_self();
  Handled = 0;
  CHECK(raise(SIGUSR1) == 0 && Handled == 1);
  CHECK(pthread_kill(pthread_self(), SIGUSR1) == 0 && Handled == 2);
  Mine = Before;
}

int main(void) {
  struct sigaction Action;
  memset(&Action, 0, sizeof(Action));
  Action.sa_sigaction = asTarget;
  Action.sa_flags = SA_SIGINFO | SA_RESTART;
  CHECK(sigaction(SIGUSR1, &Action, NULL) == 0);
  self();
  inThread(self);
  target();
  inThread(target);
  self();
  return 0;
}
