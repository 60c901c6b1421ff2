// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: in a child that a thread forked, sigprocmask and pthread_sigmask
// rule what the child gets, of signals from outside and of its own.
#include "check.h"

static volatile int Handled;
static void count(int Signal) {
  (void)Signal;
  ++Handled;
}

enum How { ByProcMask, ByThreadMask, ByHandler, InThread, Hows };

static int Up[2], Down[2];
static sigset_t Outer;

/// Tells the parent and waits for it; ends with it.
static void report(void) {
  char C;
  ssize_t N;
  CHECK(write(Up[1], "r", 1) == 1);
  while ((N = read(Down[0], &C, 1)) == -1 && errno == EINTR)
    ;
  if (N == 0)
    _exit(99);
}

static void setOuter(void) {
  CHECK(KEEPS_ERRNO(pthread_sigmask(SIG_SETMASK, &Outer, NULL)) == 0);
  report();
}

static void child(enum How How) {
  CHECK(close(Up[0]) == 0 && close(Down[1]) == 0);
  sigset_t Pending;
  switch (How) {
  case ByProcMask:
    CHECK(KEEPS_ERRNO(sigprocmask(SIG_SETMASK, &Outer, NULL)) == 0);
    report();
    break;
  case ByThreadMask:
    setOuter();
    break;
  case InThread: // The forking thread, main now, goes on blocking it.
    inThread(setOuter);
    break;
  default: // It is blocked until the parent's signal is here.
    CHECK(signal(SIGTERM, count) == SIG_DFL);
    report();
    CHECK(Handled == 0);
    CHECK(sigpending(&Pending) == 0 && sigismember(&Pending, SIGTERM));
    CHECK(sigprocmask(SIG_SETMASK, &Outer, NULL) == 0);
    CHECK(Handled == 1);
    CHECK(raise(SIGTERM) == 0 && Handled == 2);
    CHECK(kill(getpid(), SIGTERM) == 0 && Handled == 3);
    _exit(7);
  }
  _exit(8);
}

static void forks(void) {
  sigset_t All;
  char C;
  sigfillset(&All);
  for (int How = 0; How < Hows; ++How) {
    CHECK(pipe(Up) == 0 && pipe(Down) == 0);
    CHECK(pthread_sigmask(SIG_SETMASK, &All, &Outer) == 0);
    pid_t Pid = fork();
    CHECK(Pid >= 0);
    if (Pid == 0)
      child(How);
    CHECK(pthread_sigmask(SIG_SETMASK, &Outer, NULL) == 0);
    CHECK(close(Up[1]) == 0 && close(Down[0]) == 0);
    CHECK(read(Up[0], &C, 1) == 1);
    CHECK(kill(Pid, SIGTERM) == 0);
    if (How == ByHandler)
      CHECK(write(Down[1], "g", 1) == 1);
    int Status = -1;
    CHECK(waitpid(Pid, &Status, 0) == Pid);
    if (How == ByHandler)
      CHECK(WIFEXITED(Status) && WEXITSTATUS(Status) == 7);
    else
      CHECK(WIFSIGNALED(Status) && WTERMSIG(Status) == SIGTERM);
    CHECK(close(Up[0]) == 0 && close(Down[1]) == 0);
  }
}

int main(void) {
  forks();
  inThread(forks);
  forks();
  return 0;
}
