// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: a signal that a thread sends to its process (kill, killpg, sigqueue),
// and that only this thread does not block, is delivered before the call
// returns; one that is pending for the process, before pthread_sigmask returns
// to who unblocks it. Main may wait for it, too.
#include "check.h"
#include <sys/prctl.h>
#include <sys/syscall.h>

static _Thread_local volatile sig_atomic_t Handled, Value;
static volatile sig_atomic_t All;

static void onSignal(int Signal, siginfo_t *Info, void *Context) {
  (void)Signal, (void)Context;
  CHECK(Info->si_pid == getpid());
  ++Handled;
  ++All;
  Value = Info->si_value.sival_int;
}

/// In a process group of its own.
static void sends(int Signal) {
  union sigval V = {.sival_int = 7};
  Handled = 0;
  CHECK(KEEPS_ERRNO(kill(getpid(), Signal)) == 0 && Handled == 1);
  CHECK(KEEPS_ERRNO(kill(0, Signal)) == 0 && Handled == 2);
  CHECK(kill(-getpgrp(), Signal) == 0 && Handled == 3);
  CHECK(KEEPS_ERRNO(killpg(0, Signal)) == 0 && Handled == 4);
  CHECK(killpg(getpgrp(), Signal) == 0 && Handled == 5);
  CHECK(KEEPS_ERRNO(sigqueue(getpid(), Signal, V)) == 0 && Handled == 6);
  CHECK(Value == 7);
  CHECK(syscall(SYS_kill, getpid(), Signal) == 0 && Handled == 7);
  siginfo_t Info = {.si_code = SI_QUEUE, .si_pid = getpid()};
  CHECK(syscall(SYS_rt_sigqueueinfo, getpid(), Signal, &Info) == 0);
  CHECK(Handled == 8);
  CHECK(KEEPS_ERRNO(kill(getpid(), 0)) == 0);
  CHECK_ERRNO(kill(getpid(), 99), EINVAL);
  CHECK_ERRNO(killpg(-2, Signal), EINVAL);
  CHECK_ERRNO(sigqueue(getpid(), 99, V), EINVAL);
}

static void unblocks(int Signal) {
  for (int I = 0; I < 20; ++I) {
    maskSignal(SIG_BLOCK, Signal);
    Handled = 0;
    CHECK(kill(getpid(), Signal) == 0);
    CHECK(signalIsPending(Signal) && Handled == 0);
    maskSignal(SIG_UNBLOCK, Signal);
    CHECK(Handled == 1 && !signalIsPending(Signal));
  }
}

static void *sender(void *Own) {
  if (Own) // With an OS thread to itself.
    CHECK(prctl(PR_SET_TIMERSLACK, 50000, 0, 0, 0) == 0);
  const int Signals[] = {SIGUSR1, SIGRTMIN};
  for (int I = 0; I < 2; ++I) {
    maskSignal(SIG_UNBLOCK, Signals[I]);
    for (int J = 0; J < 10; ++J)
      sends(Signals[I]);
    unblocks(Signals[I]);
    maskSignal(SIG_BLOCK, Signals[I]);
  }
  return NULL;
}

static void toSelf(void) {
  CHECK(setpgid(0, 0) == 0);
  join(start(sender, NULL));
  join(start(sender, (void *)1));
}

/// Main has the signal blocked, and takes it.
static void *sendsToWaiter(void *Arg) {
  maskSignal(SIG_UNBLOCK, SIGUSR2);
  for (int I = 0; I < 100; ++I)
    CHECK(kill(getpid(), SIGUSR2) == 0);
  CHECK(kill(getpid(), SIGTERM) == 0);
  return Arg;
}
static void whileMainWaits(void) {
  int Signal = 0, Taken = 0;
  sigset_t Set;
  sigemptyset(&Set);
  sigaddset(&Set, SIGUSR2);
  sigaddset(&Set, SIGTERM);
  All = 0;
  CHECK(pthread_sigmask(SIG_BLOCK, &Set, NULL) == 0);
  pthread_t T = start(sendsToWaiter, NULL);
  while (sigwait(&Set, &Signal) == 0 && Signal == SIGUSR2)
    ++Taken;
  CHECK(Signal == SIGTERM);
  join(T);
  CHECK(Taken + All <= 100);
}

/// What is fatal ends the process there.
static void *diesOfUnblocking(void *Arg) {
  CHECK(kill(getpid(), SIGTERM) == 0 && signalIsPending(SIGTERM));
  maskSignal(SIG_UNBLOCK, SIGTERM);
  _exit(3);
  return Arg;
}
static void *diesOfKill(void *Arg) {
  maskSignal(SIG_UNBLOCK, SIGTERM);
  kill(getpid(), SIGTERM);
  _exit(3);
  return Arg;
}
static void dieOfUnblocking(void) { join(start(diesOfUnblocking, NULL)); }
static void dieOfKill(void) { join(start(diesOfKill, NULL)); }

int main(void) {
  struct sigaction A;
  memset(&A, 0, sizeof(A));
  A.sa_sigaction = onSignal;
  A.sa_flags = SA_SIGINFO;
  CHECK(sigaction(SIGUSR1, &A, NULL) == 0);
  CHECK(sigaction(SIGUSR2, &A, NULL) == 0);
  CHECK(sigaction(SIGRTMIN, &A, NULL) == 0);
  maskSignal(SIG_BLOCK, SIGUSR1);
  maskSignal(SIG_BLOCK, SIGRTMIN);
  CHECK(inChild(toSelf) == 0);
  whileMainWaits();
  for (int I = 0; I < 10; ++I) {
    int Status = inChild(I % 2 ? dieOfUnblocking : dieOfKill);
    CHECK(WIFSIGNALED(Status) && WTERMSIG(Status) == SIGTERM);
  }
  return 0;
}
