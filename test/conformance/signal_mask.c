// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: pthread_sigmask and sigprocmask set the mask of one thread; a new
// thread inherits it; a blocked signal waits and is delivered when unblocked.
// A handler finds the mask before it in its context, and may change it there.
#include "check.h"
#include <poll.h>
#include <sys/prctl.h>
#include <ucontext.h>

static __thread int Handled;
static Gate Ready = GATE_INIT, Go = GATE_INIT;

static void count(int Signal) {
  (void)Signal;
  ++Handled;
}

static sigset_t setOf(int Signal) {
  sigset_t Set;
  sigemptyset(&Set);
  if (Signal)
    sigaddset(&Set, Signal);
  return Set;
}

static int isBlocked(int Signal) {
  sigset_t Now;
  CHECK(KEEPS_ERRNO(pthread_sigmask(SIG_BLOCK, NULL, &Now)) == 0);
  return sigismember(&Now, Signal);
}

static void *inherits(void *Arg) {
  CHECK(isBlocked(SIGUSR1) == (Arg != NULL));
  CHECK(!isBlocked(SIGUSR2));
  return NULL;
}

static void *blocksOwn(void *Arg) {
  sigset_t Set = setOf(SIGUSR2);
  (void)Arg;
  CHECK(!isBlocked(SIGUSR2));
  CHECK(KEEPS_ERRNO(sigprocmask(SIG_BLOCK, &Set, NULL)) == 0);
  for (int I = 0; I < 10; ++I) {
    sched_yield();
    CHECK(isBlocked(SIGUSR2) && !isBlocked(SIGUSR1));
  }
  post(&Ready);
  await(&Go, 1);
  return NULL;
}

static void masks(void) {
  sigset_t Set = setOf(SIGUSR1), Old, Empty = setOf(0), Pending;
  CHECK(KEEPS_ERRNO(pthread_sigmask(SIG_BLOCK, &Set, &Old)) == 0);
  CHECK(!sigismember(&Old, SIGUSR1) && isBlocked(SIGUSR1));
  join(start(inherits, (void *)1));
  int Before = Handled;
  CHECK(raise(SIGUSR1) == 0);
  CHECK(pthread_kill(pthread_self(), SIGUSR1) == 0); // Merged with the first.
  sched_yield();
  sleepMs(2);
  CHECK(Handled == Before);
  CHECK(KEEPS_ERRNO(sigpending(&Pending)) == 0);
  CHECK(sigismember(&Pending, SIGUSR1));
  CHECK(KEEPS_ERRNO(pthread_sigmask(SIG_UNBLOCK, &Set, NULL)) == 0);
  CHECK(Handled == Before + 1); // Before the call returns.
  CHECK(sigpending(&Pending) == 0 && !sigismember(&Pending, SIGUSR1));
  CHECK(pthread_sigmask(SIG_SETMASK, &Empty, &Old) == 0);
  CHECK(!sigismember(&Old, SIGUSR1));
  join(start(inherits, NULL));

  // SIGKILL and SIGSTOP stay out; errors are numbers.
  sigfillset(&Set);
  CHECK(pthread_sigmask(SIG_BLOCK, &Set, &Old) == 0);
  CHECK(!isBlocked(SIGKILL) && !isBlocked(SIGSTOP) && isBlocked(SIGTERM));
  CHECK(pthread_sigmask(SIG_SETMASK, &Old, NULL) == 0);
  CHECK(KEEPS_ERRNO(pthread_sigmask(12345, &Set, NULL)) == EINVAL);
  CHECK_ERRNO(sigprocmask(12345, &Set, NULL), EINVAL);
  CHECK(pthread_sigmask(12345, NULL, &Old) == 0);

  Ready.Count = Go.Count = 0;
  pthread_t T = start(blocksOwn, NULL);
  await(&Ready, 1);
  CHECK(!isBlocked(SIGUSR2)); // The other thread's mask is its own.
  post(&Go);
  join(T);
  CHECK(!isBlocked(SIGUSR2));
}

/// Blocked while another thread sends it; delivered to this one and no other.
static void *pends(void *Arg) {
  sigset_t Set = setOf(SIGUSR1);
  (void)Arg;
  CHECK(pthread_sigmask(SIG_BLOCK, &Set, NULL) == 0);
  post(&Ready);
  await(&Go, 1);
  CHECK(Handled == 0);
  CHECK(pthread_sigmask(SIG_UNBLOCK, &Set, NULL) == 0);
  CHECK(Handled == 1);
  return NULL;
}

static void pending(void) {
  Ready.Count = Go.Count = 0;
  pthread_t T = start(pends, NULL);
  await(&Ready, 1);
  int Before = Handled;
  CHECK(pthread_kill(T, SIGUSR1) == 0);
  sleepMs(5);
  post(&Go);
  join(T);
  CHECK(Handled == Before);
}

/// A handler sees the mask before it, and says what it is after it.
static __thread volatile sig_atomic_t Seen, Skips, Add;
static void changesMask(int Signal, siginfo_t *Info, void *Context) {
  ucontext_t *U = Context;
  int Error = errno;
  (void)Info;
  ++Handled;
  Seen = sigismember(&U->uc_sigmask, Signal) * 2 +
         sigismember(&U->uc_sigmask, SIGHUP);
  CHECK(isBlocked(Signal) && isBlocked(SIGHUP));
  U->uc_mcontext.gregs[REG_RIP] += Skips; // Of a fault: over the instruction.
  if (Add)
    sigaddset(&U->uc_sigmask, SIGUSR2);
  else
    sigdelset(&U->uc_sigmask, SIGUSR2);
  errno = Error;
}
static void waitsForSignal(void) {
  sigset_t Usr1 = setOf(SIGUSR1), None = setOf(SIGHUP);
  CHECK(pthread_sigmask(SIG_BLOCK, &Usr1, NULL) == 0 && raise(SIGUSR1) == 0);
  CHECK_ERRNO(ppoll(NULL, 0, NULL, &None), EINTR);
  CHECK(pthread_sigmask(SIG_UNBLOCK, &Usr1, NULL) == 0);
}
static void raises(void) { CHECK(raise(SIGUSR1) == 0); }
static void faults(void) {
  Skips = 2;
  __asm__ volatile("ud2");
  Skips = 0;
}
static void changeIn(void (*Call)(void), int SeesHup) {
  sigset_t Set = setOf(SIGUSR2);
  for (int I = 0; I < 4; ++I) {
    Add = I % 2;
    Handled = 0;
    Call();
    CHECK(Handled == 1 && isBlocked(SIGUSR2) == Add);
    CHECK(!isBlocked(SIGILL) && !isBlocked(SIGHUP) && Seen == SeesHup);
  }
  CHECK(pthread_sigmask(SIG_UNBLOCK, &Set, NULL) == 0);
}
static void inContext(void) {
  struct sigaction A;
  memset(&A, 0, sizeof(A));
  A.sa_sigaction = changesMask;
  A.sa_flags = SA_SIGINFO;
  A.sa_mask = setOf(SIGHUP);
  CHECK(sigaction(SIGUSR1, &A, NULL) == 0 && sigaction(SIGILL, &A, NULL) == 0);
  changeIn(raises, 0);
  changeIn(faults, 0);
  changeIn(waitsForSignal, 2); // SIGUSR1 is blocked around it.
}
static void inContextOnOwn(void) { // With an OS thread to itself.
  CHECK(prctl(PR_SET_TIMERSLACK, 50000, 0, 0, 0) == 0);
  inContext();
}

int main(void) {
  CHECK(signal(SIGUSR1, count) == SIG_DFL);
  masks();
  inThread(masks);
  pending();
  inThread(pending);
  masks();
  everywhere(inContext);
  inThread(inContextOnOwn);
  return 0;
}
