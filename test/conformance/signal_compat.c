// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: the signal functions of System V and BSD act on the calling thread's
// mask and the process's handlers: sighold, sigrelse, sigignore, sigset,
// sigpause (__xpg_sigpause), siginterrupt, sigblock, sigsetmask, siggetmask.
// psignal and psiginfo write what they should.
#include "check.h"
#pragma clang diagnostic ignored "-Wdeprecated-declarations"

static _Thread_local volatile sig_atomic_t Runs;
static void count(int Signal) {
  (void)Signal;
  ++Runs;
}

static int blocks(int Signal) {
  sigset_t S;
  CHECK(pthread_sigmask(SIG_BLOCK, NULL, &S) == 0);
  return sigismember(&S, Signal);
}

static void systemV(void) {
  Runs = 0;
  CHECK(KEEPS_ERRNO(sigset(SIGUSR1, count)) != SIG_ERR);
  CHECK(raise(SIGUSR1) == 0 && Runs == 1);
  CHECK(KEEPS_ERRNO(sighold(SIGUSR1)) == 0 && blocks(SIGUSR1));
  CHECK(raise(SIGUSR1) == 0 && Runs == 1);
  sched_yield();
  CHECK(blocks(SIGUSR1));
  CHECK(KEEPS_ERRNO(sigrelse(SIGUSR1)) == 0 && !blocks(SIGUSR1) && Runs == 2);
  CHECK(sigset(SIGUSR1, SIG_HOLD) == count && blocks(SIGUSR1));
  CHECK(sigset(SIGUSR1, SIG_HOLD) == SIG_HOLD);
  CHECK(raise(SIGUSR1) == 0 && Runs == 2);
  CHECK_ERRNO(sigpause(SIGUSR1), EINTR);
  CHECK(Runs == 3 && blocks(SIGUSR1));
  CHECK(sigset(SIGUSR1, count) == SIG_HOLD && !blocks(SIGUSR1));
  CHECK(KEEPS_ERRNO(sigignore(SIGUSR1)) == 0);
  CHECK(raise(SIGUSR1) == 0 && Runs == 3);
  CHECK(sigset(SIGUSR1, SIG_DFL) == SIG_IGN);
  CHECK_ERRNO(sighold(99), EINVAL);
  CHECK_ERRNO(sigrelse(0), EINVAL);
  CHECK_ERRNO(sigignore(SIGKILL), EINVAL);
  CHECK_ERRNO(sigpause(99), EINVAL);
  CHECK_ERRNO(sigset(99, count), EINVAL);
}

static void bsd(void) {
  int One = 1 << (SIGUSR1 - 1), Two = 1 << (SIGUSR2 - 1);
  CHECK(KEEPS_ERRNO(siggetmask()) == 0);
  CHECK(sigblock(One) == 0 && sigblock(Two) == One);
  sched_yield();
  CHECK(siggetmask() == (One | Two) && blocks(SIGUSR1) && blocks(SIGUSR2));
  CHECK(sigsetmask(Two) == (One | Two) && siggetmask() == Two);
  CHECK(sigsetmask(0) == Two && siggetmask() == 0);
}

static int Pipe[2];
static Gate Reading;
static void *reads(void *Arg) {
  char C;
  post(&Reading);
  ssize_t N = read(Pipe[0], &C, 1);
  CHECK(Arg ? N == 1 : N == -1 && errno == EINTR);
  CHECK(Runs >= 1);
  post(&Reading);
  return NULL;
}

/// Whether signal() restarts calls is what siginterrupt has said.
static void interrupting(void) {
  CHECK(pipe(Pipe) == 0);
  for (long Restarts = 0; Restarts < 2; ++Restarts) {
    CHECK(siginterrupt(SIGUSR2, !Restarts) == 0);
    CHECK(signal(SIGUSR2, count) != SIG_ERR);
    struct sigaction A;
    CHECK(sigaction(SIGUSR2, NULL, &A) == 0);
    CHECK(!(A.sa_flags & SA_RESTART) == !Restarts);
    Reading = (Gate)GATE_INIT;
    pthread_t T = start(reads, (void *)Restarts);
    await(&Reading, 1);
    if (Restarts) {
      CHECK(pthread_kill(T, SIGUSR2) == 0);
      CHECK(write(Pipe[1], "x", 1) == 1);
    }
    while (!Restarts && Reading.Count < 2) { // It may not be reading yet.
      CHECK(pthread_kill(T, SIGUSR2) == 0);
      sleepMs(1);
    }
    join(T);
  }
  CHECK(close(Pipe[0]) == 0 && close(Pipe[1]) == 0);
  CHECK_ERRNO(siginterrupt(99, 1), EINVAL);
  CHECK(signal(SIGUSR2, SIG_DFL) == count);
}

static void messages(void) {
  int P[2], Saved = dup(2);
  char Text[256];
  CHECK(Saved >= 0 && pipe(P) == 0 && dup2(P[1], 2) == 2);
  siginfo_t Info;
  memset(&Info, 0, sizeof(Info));
  Info.si_signo = SIGTERM;
  psignal(SIGINT, "one");
  psiginfo(&Info, "two");
  CHECK(dup2(Saved, 2) == 2 && close(Saved) == 0 && close(P[1]) == 0);
  Text[readAll(P[0], Text, sizeof(Text) - 1)] = 0;
  CHECK(strncmp(Text, "one: Interrupt\ntwo: Terminated", 30) == 0);
  CHECK(close(P[0]) == 0);
}

int main(void) {
  void (*Each[])(void) = {systemV, bsd, interrupting, messages};
  for (int I = 0; I < 4; ++I) {
    Each[I]();
    inThread(Each[I]);
    Each[I]();
  }
  return 0;
}
