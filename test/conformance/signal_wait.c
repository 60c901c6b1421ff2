// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: calls that wait for a signal rather than handle it work in threads:
// sigwait, sigtimedwait, pause and sigsuspend on main, and signalfd by read.
#include "check.h"
#include <sys/signalfd.h>
#include <sys/syscall.h>

static volatile int Handled;
static void count(int Signal) {
  (void)Signal;
  ++Handled;
}

static sigset_t only(int Signal) {
  sigset_t Set;
  sigemptyset(&Set);
  sigaddset(&Set, Signal);
  return Set;
}

static int P[2];
static void *sigwaits(void *Arg) {
  sigset_t Set = only(SIGUSR1);
  int Signal = 0;
  CHECK(write(P[1], "r", 1) == 1);
  CHECK(sigwait(&Set, &Signal) == 0 && Signal == SIGUSR1);
  CHECK(write(P[1], "d", 1) == 1);
  return Arg;
}

static void *signalfds(void *Arg) {
  sigset_t Set = only(SIGUSR2);
  struct signalfd_siginfo Info;
  int Fd = signalfd(-1, &Set, SFD_CLOEXEC);
  CHECK(Fd >= 0);
  CHECK(write(P[1], "r", 1) == 1);
  CHECK(read(Fd, &Info, sizeof(Info)) == sizeof(Info));
  CHECK(Info.ssi_signo == SIGUSR2);
  CHECK(close(Fd) == 0);
  return Arg;
}

/// The kernel tells a signal to a thread from others; libc's sigtimedwait does
/// not.
static void codes(void) {
  sigset_t Set = only(SIGUSR1), Old;
  struct timespec Now = {0, 0};
  siginfo_t Info;
  CHECK(pthread_sigmask(SIG_BLOCK, &Set, &Old) == 0);
  CHECK(pthread_kill(pthread_self(), SIGUSR1) == 0);
  CHECK(syscall(SYS_rt_sigtimedwait, &Set, &Info, &Now, 8) == SIGUSR1);
  CHECK(Info.si_code == SI_TKILL);
  CHECK(pthread_kill(pthread_self(), SIGUSR1) == 0);
  CHECK(sigtimedwait(&Set, &Info, &Now) == SIGUSR1);
  CHECK(Info.si_code == SI_USER);
  CHECK(pthread_sigmask(SIG_SETMASK, &Old, NULL) == 0);
}

int main(void) {
  codes();
  inThread(codes);
  sigset_t Blocked = only(SIGUSR1), Old, Set;
  char C;
  sigaddset(&Blocked, SIGUSR2);
  CHECK(pipe(P) == 0);
  CHECK(sigprocmask(SIG_BLOCK, &Blocked, &Old) == 0);

  // For the process: whoever waits takes it.
  pthread_t T = start(sigwaits, NULL);
  CHECK(read(P[0], &C, 1) == 1 && C == 'r');
  CHECK(kill(getpid(), SIGUSR1) == 0);
  CHECK(read(P[0], &C, 1) == 1 && C == 'd');
  join(T);
  T = start(signalfds, NULL);
  CHECK(read(P[0], &C, 1) == 1);
  CHECK(kill(getpid(), SIGUSR2) == 0);
  join(T);

  // On main.
  Set = only(SIGUSR1);
  struct timespec Ms = {0, 20000000};
  CHECK_ERRNO(sigtimedwait(&Set, NULL, &Ms), EAGAIN);
  CHECK(kill(getpid(), SIGUSR1) == 0);
  CHECK(sigtimedwait(&Set, NULL, &Ms) == SIGUSR1);
  CHECK(signal(SIGUSR1, count) == SIG_DFL);
  CHECK(raise(SIGUSR1) == 0 && Handled == 0);
  CHECK_ERRNO(sigsuspend(&Old), EINTR);
  CHECK(Handled == 1);
  return 0;
}
