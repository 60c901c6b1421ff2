// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: sigaction keeps handler, mask and flags: sa_mask, SA_NODEFER,
// SA_RESETHAND, SA_SIGINFO; signal (ssignal) and __sysv_signal (sysv_signal)
// have their own semantics; gsignal is raise;
// pthread_sigqueue carries a value; ignoring and defaults act as told, also for
// the signals of faults. A fault whose signal is blocked ends the process.
#include "check.h"

__sighandler_t __sysv_signal(int, __sighandler_t);

static __thread int Depth, MaxDepth, Handled, Value;

static int isBlocked(int Signal) {
  sigset_t Now;
  CHECK(pthread_sigmask(SIG_BLOCK, NULL, &Now) == 0);
  return sigismember(&Now, Signal);
}

static struct sigaction Installed;

/// Raises itself once more from within.
static void nest(int Signal) {
  ++Handled;
  if (++Depth > MaxDepth)
    MaxDepth = Depth;
  CHECK(isBlocked(Signal) == !(Installed.sa_flags & SA_NODEFER));
  CHECK(isBlocked(SIGUSR2) == sigismember(&Installed.sa_mask, SIGUSR2));
  if (Handled == 1)
    raise(Signal);
  --Depth;
}

static void install(void (*Handler)(int), int Flags, int AlsoBlocked) {
  memset(&Installed, 0, sizeof(Installed));
  Installed.sa_handler = Handler;
  Installed.sa_flags = Flags;
  if (AlsoBlocked)
    sigaddset(&Installed.sa_mask, AlsoBlocked);
  CHECK(KEEPS_ERRNO(sigaction(SIGUSR1, &Installed, NULL)) == 0);
}

static void once(int Signal) {
  (void)Signal;
  ++Handled;
}

static void takeValue(int Signal, siginfo_t *Info, void *Context) {
  CHECK(Signal == SIGUSR1 && Context != NULL);
  CHECK(Info->si_code == SI_QUEUE && Info->si_pid == getpid());
  Value = Info->si_value.sival_int;
  ++Handled;
}

static void flags(void) {
  struct sigaction Old;
  Handled = MaxDepth = 0;
  install(nest, 0, SIGUSR2);
  CHECK(raise(SIGUSR1) == 0);
  CHECK(Handled == 2 && MaxDepth == 1); // One after the other.
  CHECK(!isBlocked(SIGUSR1) && !isBlocked(SIGUSR2));
  Handled = MaxDepth = 0;
  install(nest, SA_NODEFER, 0);
  CHECK(raise(SIGUSR1) == 0);
  CHECK(Handled == 2 && MaxDepth == 2); // One inside the other.

  Handled = 0;
  install(once, SA_RESETHAND, 0);
  CHECK(raise(SIGUSR1) == 0 && Handled == 1);
  CHECK(sigaction(SIGUSR1, NULL, &Old) == 0 && Old.sa_handler == SIG_DFL);
  CHECK(KEEPS_ERRNO(__sysv_signal(SIGUSR1, once)) == SIG_DFL);
  CHECK(sigaction(SIGUSR1, NULL, &Old) == 0 && Old.sa_handler == once);
  CHECK(Old.sa_flags & SA_RESETHAND && Old.sa_flags & SA_NODEFER);
  CHECK(raise(SIGUSR1) == 0 && Handled == 2);
  CHECK(KEEPS_ERRNO(signal(SIGUSR1, once)) == SIG_DFL);
  CHECK(sigaction(SIGUSR1, NULL, &Old) == 0 && Old.sa_flags & SA_RESTART);
  CHECK(raise(SIGUSR1) == 0 && raise(SIGUSR1) == 0 && Handled == 4);
  CHECK(signal(SIGUSR1, SIG_IGN) == once);
  CHECK(raise(SIGUSR1) == 0 && Handled == 4);
  CHECK(signal(SIGUSR1, SIG_DFL) == SIG_IGN);
  CHECK(KEEPS_ERRNO(ssignal(SIGUSR1, once)) == SIG_DFL);
  CHECK(KEEPS_ERRNO(gsignal(SIGUSR1)) == 0 && Handled == 5);
  CHECK(KEEPS_ERRNO(sysv_signal(SIGUSR1, once)) == once);
  CHECK(gsignal(SIGUSR1) == 0 && Handled == 6);
  CHECK(signal(SIGUSR1, SIG_DFL) == SIG_DFL);

  memset(&Installed, 0, sizeof(Installed));
  Installed.sa_sigaction = takeValue;
  Installed.sa_flags = SA_SIGINFO;
  CHECK(sigaction(SIGUSR1, &Installed, &Old) == 0);
  CHECK(Old.sa_handler == SIG_DFL);
  Handled = 0;
  union sigval V = {.sival_int = 4242};
  CHECK(KEEPS_ERRNO(pthread_sigqueue(pthread_self(), SIGUSR1, V)) == 0);
  CHECK(Handled == 1 && Value == 4242);
  CHECK(sigaction(SIGUSR1, NULL, &Old) == 0);
  CHECK(Old.sa_sigaction == takeValue && Old.sa_flags & SA_SIGINFO);
  CHECK(signal(SIGUSR1, SIG_DFL) != SIG_ERR);

  CHECK_ERRNO(sigaction(SIGKILL, &Installed, NULL), EINVAL);
  CHECK_ERRNO(sigaction(12345, &Installed, NULL), EINVAL);
  CHECK_ERRNO(raise(12345), EINVAL);
  CHECK_ERRNO(signal(SIGSTOP, once), EINVAL);
  CHECK_ERRNO(signal(0, once), EINVAL);
}

/// What is read back: the mask without what nobody can block, and the flags as
/// \p Before, which the kernel itself gave.
static struct sigaction Before;
static void readsBack(void) {
  static const int Signals[] = {SIGUSR2, SIGSEGV};
  for (int I = 0; I < 2; ++I) {
    struct sigaction A, Old;
    memset(&A, 0, sizeof(A));
    A.sa_handler = once;
    A.sa_flags = SA_RESTART;
    sigfillset(&A.sa_mask);
    CHECK(sigaction(Signals[I], &A, NULL) == 0);
    CHECK(sigaction(Signals[I], NULL, &Old) == 0);
    if (!Before.sa_handler)
      Before = Old;
    CHECK(Old.sa_handler == once && Old.sa_flags == Before.sa_flags);
    for (int Signal = 1; Signal < 32; ++Signal)
      CHECK(sigismember(&Old.sa_mask, Signal) ==
            sigismember(&Before.sa_mask, Signal));
    CHECK(sigaction(Signals[I], &Old, &A) == 0); // It may be given back.
    CHECK(A.sa_flags == Old.sa_flags && A.sa_restorer == Old.sa_restorer);
    CHECK(signal(Signals[I], SIG_DFL) == once);
  }
}

static void raiseDefault(void) { raise(SIGTERM); }
static void raiseInThread(void) { inThread(raiseDefault); }
static void segfault(void) {
  dieQuietly();
  *(volatile int *)8 = 1;
}
static void segfaultInThread(void) { inThread(segfault); }

static void onSegv(int Signal, siginfo_t *Info, void *Context) {
  (void)Context;
  _exit(Signal == SIGSEGV && Info->si_addr == (void *)8 && Handled == 9 ? 33
                                                                        : 34);
}
static void segfaultHandled(void) {
  Installed.sa_sigaction = onSegv;
  Installed.sa_flags = SA_SIGINFO;
  CHECK(sigaction(SIGSEGV, &Installed, NULL) == 0);
  Handled = 9;
  *(volatile int *)8 = 1;
}
static void segfaultHandledInThread(void) { inThread(segfaultHandled); }

/// A signal of a fault that somebody sent is one like others.
static const int FaultSignals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL};
static void sentFaults(void) {
  for (int I = 0; I < 4; ++I) {
    int Signal = FaultSignals[I];
    CHECK(signal(Signal, SIG_IGN) == SIG_DFL);
    CHECK(kill(getpid(), Signal) == 0);
    CHECK(raise(Signal) == 0 && pthread_kill(pthread_self(), Signal) == 0);
    sched_yield();
    sleepMs(2);
    Handled = 0;
    CHECK(signal(Signal, once) == SIG_IGN);
    CHECK(raise(Signal) == 0 && Handled == 1);
    CHECK(pthread_kill(pthread_self(), Signal) == 0 && Handled == 2);
    sigset_t Set, Old;
    sigemptyset(&Set);
    sigaddset(&Set, Signal);
    CHECK(pthread_sigmask(SIG_BLOCK, &Set, &Old) == 0);
    CHECK(raise(Signal) == 0 && Handled == 2);
    CHECK(pthread_sigmask(SIG_SETMASK, &Old, NULL) == 0 && Handled == 3);
    CHECK(signal(Signal, SIG_DFL) == once);
    struct sigaction Now;
    CHECK(__sysv_signal(Signal, once) == SIG_DFL);
    CHECK(raise(Signal) == 0 && Handled == 4);
    CHECK(sigaction(Signal, NULL, &Now) == 0 && Now.sa_handler == SIG_DFL);
    CHECK((Now.sa_flags & SA_RESETHAND) && (Now.sa_flags & SA_NODEFER));
    CHECK(signal(Signal, SIG_DFL) == SIG_DFL);
  }
}

/// A handler that serves once is not used up by a bad pointer in a call.
static void onceAfterBadPointer(void) {
  struct timespec T = {0, 0}, *Bad = (struct timespec *)8;
  CHECK(__sysv_signal(SIGSEGV, once) == SIG_DFL);
  for (int I = 0; I < 2; ++I)
    CHECK_ERRNO(nanosleep(Bad, NULL), EFAULT);
  Handled = 0;
  CHECK(nanosleep(&T, NULL) == 0 && Handled == 0);
  CHECK(raise(SIGSEGV) == 0 && Handled == 1);
  CHECK(signal(SIGSEGV, SIG_DFL) == SIG_DFL);
}

static int FaultSignal;
static void killSelf(void) {
  dieQuietly();
  kill(getpid(), FaultSignal);
  for (;;)
    sleepMs(1);
}
static void killSelfInThread(void) { inThread(killSelf); }
static void segfaultIgnored(void) {
  signal(SIGSEGV, SIG_IGN);
  segfault();
}
static void segfaultIgnoredInThread(void) { inThread(segfaultIgnored); }

static void faultDeaths(void) {
  void (*Calls[])(void) = {killSelf, killSelfInThread};
  for (int I = 0; I < 8; ++I) {
    FaultSignal = FaultSignals[I / 2];
    int Status = inChild(Calls[I % 2]);
    CHECK(WIFSIGNALED(Status) && WTERMSIG(Status) == FaultSignal);
  }
  int Status = inChild(segfaultIgnored); // A fault itself is never ignored.
  CHECK(WIFSIGNALED(Status) && WTERMSIG(Status) == SIGSEGV);
  Status = inChild(segfaultIgnoredInThread);
  CHECK(WIFSIGNALED(Status) && WTERMSIG(Status) == SIGSEGV);
}

/// The kernel runs no handler of a fault whose signal the thread blocks.
static volatile int Zero;
static void blockAndFault(void) {
  dieQuietly();
  CHECK(signal(FaultSignal, once) == SIG_DFL);
  sigset_t Set;
  sigemptyset(&Set);
  sigaddset(&Set, FaultSignal);
  CHECK(pthread_sigmask(SIG_BLOCK, &Set, NULL) == 0);
  switch (FaultSignal) {
  case SIGSEGV:
    *(volatile int *)8 = 1;
    break;
  case SIGILL:
    __asm__ volatile("ud2");
    break;
  case SIGTRAP:
    __asm__ volatile("int3");
    break;
  case SIGFPE: // Not C's division, which is undefined.
    __asm__ volatile("xorl %%edx, %%edx; movl $1, %%eax; divl %0" ::"m"(Zero)
                     : "eax", "edx");
  }
}
static void blockAndFaultInThread(void) { inThread(blockAndFault); }

/// Its own signal is blocked in a handler.
static void faultsAgain(int Signal) {
  (void)Signal;
  *(volatile int *)8 = 1;
}
static void faultTwice(void) {
  dieQuietly();
  CHECK(signal(SIGSEGV, faultsAgain) == SIG_DFL);
  *(volatile int *)8 = 1;
}
static void faultTwiceInThread(void) { inThread(faultTwice); }

static void blockedFaults(void) {
  static const int Signals[] = {SIGSEGV, SIGILL, SIGTRAP, SIGFPE};
  void (*Calls[])(void) = {blockAndFault, blockAndFaultInThread};
  for (int I = 0; I < 8; ++I) {
    FaultSignal = Signals[I / 2];
    int Status = inChild(Calls[I % 2]);
    CHECK(WIFSIGNALED(Status) && WTERMSIG(Status) == FaultSignal);
  }
  void (*Twice[])(void) = {faultTwice, faultTwiceInThread};
  for (int I = 0; I < 2; ++I) {
    int Status = inChild(Twice[I]);
    CHECK(WIFSIGNALED(Status) && WTERMSIG(Status) == SIGSEGV);
  }
}

/// A default action does not wait for a thread that computes.
static volatile int Computing;
static void *computes(void *Arg) {
  for (Computing = 1;;)
    ++*(volatile int *)Arg;
}
static void killComputing(void) {
  static int Count;
  pthread_t T = start(computes, &Count);
  while (!Computing)
    sched_yield();
  CHECK(pthread_kill(T, SIGURG) == 0); // It is ignored.
  CHECK(pthread_kill(T, SIGTERM) == 0);
  sleepMs(10000);
}
static void killComputingInThread(void) { inThread(killComputing); }

static void deaths(void) {
  int Status = inChild(raiseDefault);
  CHECK(WIFSIGNALED(Status) && WTERMSIG(Status) == SIGTERM);
  Status = inChild(raiseInThread);
  CHECK(WIFSIGNALED(Status) && WTERMSIG(Status) == SIGTERM);
  Status = inChild(killComputing);
  CHECK(WIFSIGNALED(Status) && WTERMSIG(Status) == SIGTERM);
  Status = inChild(killComputingInThread);
  CHECK(WIFSIGNALED(Status) && WTERMSIG(Status) == SIGTERM);
  Status = inChild(segfault);
  CHECK(WIFSIGNALED(Status) && WTERMSIG(Status) == SIGSEGV);
  Status = inChild(segfaultInThread);
  CHECK(WIFSIGNALED(Status) && WTERMSIG(Status) == SIGSEGV);
  Status = inChild(segfaultHandled);
  CHECK(WIFEXITED(Status) && WEXITSTATUS(Status) == 33);
  Status = inChild(segfaultHandledInThread);
  CHECK(WIFEXITED(Status) && WEXITSTATUS(Status) == 33);
}

int main(void) {
  readsBack(); // An action is the whole process's: one thread at a time.
  inThread(readsBack);
  readsBack();
  flags();
  inThread(flags);
  flags();
  sentFaults();
  inThread(sentFaults);
  onceAfterBadPointer();
  inThread(onceAfterBadPointer);
  deaths();
  inThread(deaths);
  faultDeaths();
  inThread(faultDeaths);
  blockedFaults();
  inThread(blockedFaults);
  return 0;
}
