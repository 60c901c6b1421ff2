// signals.c - operations that send, block, wait for and count signals.
// SIGUSR1's handler interrupts calls, SIGUSR2's lets them go on.
#include "../run.h"

#include <sys/epoll.h>
#include <sys/select.h>

extern int __xpg_sigpause(int);

static int signalOf(long Which) {
  return Which == 0 ? SIGUSR1 : Which == 1 ? SIGUSR2 : SIGRTMIN + 1;
}

static sigset_t setOf(long Which) {
  sigset_t S;
  sigemptyset(&S);
  sigaddset(&S, signalOf(Which));
  return S;
}

/// To the running thread: its handler has run when the call returns.
OP(raise, "signal via6") {
  int S = signalOf(A[0]), Before = me()->Caught[S];
  if (A[1] == 0)
    RESULT(raise, S);
  else if (A[1] == 5)
    RESULT(gsignal, S);
  else if (A[1] == 1)
    STATUS(pthread_kill, pthread_self(), S);
  else if (A[1] == 2)
    STATUS(pthread_sigqueue, pthread_self(), S,
           (union sigval){.sival_int = 17});
  else if (A[1] == 3)
    RESULT(tgkill, getpid(), gettid(), S);
  else
    RESULT(syscall, SYS_tgkill, getpid(), gettid(), S);
  say(R, " caught=%d", me()->Caught[S] - Before);
}

OP(kill_badly, "") {
  STATUS(pthread_kill, pthread_self(), 0);
  STATUS(pthread_kill, pthread_self(), 99);
  RESULT(raise, -1);
  RESULT(tgkill, getpid(), -1, SIGUSR1);
  RESULT(kill, getpid(), 0);
  RESULT(kill, getpid(), 99);
  RESULT(killpg, -1, 0);
  RESULT(sigqueue, getpid(), 0, (union sigval){.sival_int = 3});
  RESULT(sigqueue, getpid(), 99, (union sigval){.sival_int = 3});
}

/// To another thread of the lane.
OP(kill, "-thread signal via2") {
  pthread_t T = R->L->Threads[A[0]].Handle;
  if (A[2])
    STATUS(pthread_sigqueue, T, signalOf(A[1]), (union sigval){.sival_int = 3});
  else
    STATUS(pthread_kill, T, signalOf(A[1]));
}

/// Again and again until the thread's asynchronous step ends; the first may
/// come before it blocks.
OP(kill_until_done, "-thread signal") {
  Lane *L = R->L;
  for (int I = 0; I < R->Index; ++I)
    while (L->Steps[I].Thread == A[0] && !L->Steps[I].Done) {
      CALL(pthread_kill, L->Threads[A[0]].Handle, signalOf(A[1]));
      CALL(usleep, 300);
    }
}

/// So many times, each when the handler has run for the one before.
OP(kill_times, "-thread signal count") {
  ThreadState *T = &R->L->Threads[A[0]];
  int S = signalOf(A[1]);
  for (long I = 0; I < A[2]; ++I) {
    int Before = T->Caught[S];
    STATUS(pthread_kill, T->Handle, S);
    while (T->Caught[S] == Before)
      CALL(usleep, 100);
  }
}

/// How often the thread's handler has run for it, once that is expected.
OP(caught, "-signal count") {
  int S = signalOf(A[0]);
  while (me()->Caught[S] < A[1])
    CALL(usleep, 100);
  say(R, " %d", me()->Caught[S]);
  me()->Caught[S] = 0;
}

OP(forget_caught, "-signal") { me()->Caught[signalOf(A[0])] = 0; }

OP(mask, "how signal via3") {
  static const int Hows[] = {SIG_BLOCK, SIG_UNBLOCK};
  int S = signalOf(A[1]), Before = me()->Caught[S];
  sigset_t Set = setOf(A[1]), Old;
  sigemptyset(&Old);
  if (A[2] == 0)
    STATUS(pthread_sigmask, Hows[A[0]], &Set, &Old);
  else if (A[2] == 1)
    RESULT(sigprocmask, Hows[A[0]], &Set, &Old);
  else
    RESULT(syscall, SYS_rt_sigprocmask, Hows[A[0]], &Set, &Old, 8);
  say(R, " was=%d caught=%d", sigismember(&Old, S), me()->Caught[S] - Before);
}

OP(pending, "signal") {
  sigset_t Set;
  sigemptyset(&Set);
  RESULT(sigpending, &Set);
  say(R, " %d", sigismember(&Set, signalOf(A[0])));
}

/// Takes one that is blocked and pending, or will be.
OP(sigwait, "-signal via4") {
  sigset_t Set = setOf(A[0]);
  siginfo_t Info = {0};
  struct timespec T = {100, 0};
  int Got = 0;
  switch (A[1]) {
  case 0:
    STATUS(sigwait, &Set, &Got);
    break;
  case 1:
    Got = (int)CALL(sigwaitinfo, &Set, &Info);
    break;
  case 2:
    Got = (int)CALL(sigtimedwait, &Set, &Info, &T);
    break;
  case 3:
    Got = (int)CALL(syscall, SYS_rt_sigtimedwait, &Set, &Info, &T, 8);
    break;
  }
  if (Got < 0)
    say(R, " %s", errorName(errno));
  say(R, " %s", Got == signalOf(A[0]) ? "taken" : "other");
  if (A[1])
    say(R, " code=%d", Info.si_code);
}

OP(sigtimedwait, "signal shortms") {
  sigset_t Set = setOf(A[0]);
  struct timespec T = {0, A[1] * 1000000};
  long long Start = nowNs();
  long Got = CALL(sigtimedwait, &Set, NULL, &T);
  int Error = errno;
  say(R, " %s", Got < 0 ? errorName(Error) : "taken");
  if (Got < 0 && Error == EAGAIN)
    notBefore(R, Start, A[1]);
}

/// Waits with a mask that lets a blocked signal in: whether it is sent before
/// or meanwhile, the call is interrupted.
OP(wait_with_mask, "-signal via7") {
  int S = signalOf(A[0]), Before = me()->Caught[S];
  sigset_t Without;
  pthread_sigmask(SIG_SETMASK, NULL, &Without);
  sigdelset(&Without, S);
  struct epoll_event E;
  int Epoll;
  switch (A[1]) {
  case 0:
    RESULT(sigsuspend, &Without);
    break;
  case 1:
    RESULT(ppoll, NULL, 0, NULL, &Without);
    break;
  case 2:
    RESULT(pselect, 0, NULL, NULL, NULL, NULL, &Without);
    break;
  case 3:
    Epoll = epoll_create1(EPOLL_CLOEXEC);
    RESULT(epoll_pwait, Epoll, &E, 1, -1, &Without);
    CALL(close, Epoll);
    break;
  case 4:
    Epoll = epoll_create1(EPOLL_CLOEXEC);
    RESULT(epoll_pwait2, Epoll, &E, 1, NULL, &Without);
    CALL(close, Epoll);
    break;
  case 5:
    RESULT(syscall, SYS_rt_sigsuspend, &Without, 8);
    break;
  case 6:
    RESULT(__xpg_sigpause, S);
    break;
  }
  say(R, " caught=%d", me()->Caught[S] - Before);
}

OP(pause, "-via2") {
  if (A[0])
    RESULT(syscall, SYS_pause);
  else
    RESULT(pause);
}

/// Actions belong to the process: of a signal that no other step uses.
OP(action, "via3") {
  if (!alone())
    return;
  struct sigaction Ignore = {.sa_handler = SIG_IGN}, Old = {0};
  int S = SIGRTMIN + 7;
  RESULT(sigaction, S, &Ignore, &Old);
  say(R, " flags=%x", Old.sa_flags & ~0x04000000);
  RESULT(raise, S);
  void (*Before)(int) = A[0] == 1 ? CALL_AS("signal", signal(S, SIG_DFL))
                        : A[0] == 2
                            ? CALL_AS("__sysv_signal", sysv_signal(S, SIG_DFL))
                            : SIG_IGN;
  say(R, " was-ignored=%d", Before == SIG_IGN);
  RESULT(sigaction, 99, &Ignore, NULL);
}
