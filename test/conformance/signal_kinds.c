// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: what is pending for a thread and what is pending for the process stay
// apart: a thread that takes its own by sigwait leaves the other to the next.
#include "check.h"

static sigset_t Usr1;

/// Has one for itself and one for the process pending, and takes its own.
static void *takesOwn(void *Arg) {
  (void)Arg;
  int Signal = 0;
  CHECK(pthread_kill(pthread_self(), SIGUSR1) == 0);
  CHECK(kill(getpid(), SIGUSR1) == 0);
  CHECK(sigwait(&Usr1, &Signal) == 0 && Signal == SIGUSR1);
  return NULL;
}

static void *takesOther(void *Arg) {
  (void)Arg;
  siginfo_t Info;
  struct timespec Zero = {0, 0};
  CHECK(KEEPS_ERRNO(sigtimedwait(&Usr1, &Info, &Zero)) == SIGUSR1);
  CHECK(Info.si_code == SI_USER && Info.si_pid == getpid());
  CHECK_ERRNO(sigtimedwait(&Usr1, &Info, &Zero), EAGAIN);
  return NULL;
}

static void *keepsOwn(void *Arg) {
  CHECK(pthread_kill(pthread_self(), SIGUSR1) == 0);
  post(Arg);
  siginfo_t Info;
  // libc says SI_USER of one that has SI_TKILL.
  CHECK(sigwaitinfo(&Usr1, &Info) == SIGUSR1 && Info.si_code == SI_USER);
  return NULL;
}

int main(void) {
  sigemptyset(&Usr1);
  sigaddset(&Usr1, SIGUSR1);
  CHECK(pthread_sigmask(SIG_BLOCK, &Usr1, NULL) ==
        0); // All threads inherit it.
  for (int I = 0; I < 3; ++I) {
    join(start(takesOwn, NULL));
    join(start(takesOther, NULL));
  }
  // A thread's own is nobody else's.
  Gate Sent = GATE_INIT;
  pthread_t T = start(keepsOwn, &Sent);
  await(&Sent, 1);
  struct timespec Zero = {0, 0};
  CHECK_ERRNO(sigtimedwait(&Usr1, NULL, &Zero), EAGAIN);
  join(T);
  return 0;
}
