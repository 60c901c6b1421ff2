// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: ppoll, pselect, epoll_pwait and epoll_pwait2 wait as their kin do,
// with times to the nanosecond and a mask of their own: a signal that it lets
// through interrupts them, one that it blocks does not, and of two only one
// does.
#include "check.h"
#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>

static sigset_t None, Usr1, Usr2;
static __thread int Caught;
static __thread int BlockedInHandler;

static void onSignal(int Signal) {
  (void)Signal;
  sigset_t Now;
  CHECK(pthread_sigmask(SIG_SETMASK, NULL, &Now) == 0);
  BlockedInHandler = sigismember(&Now, SIGUSR2);
  ++Caught;
}

/// One of the calls, for one descriptor's input.
typedef int Wait(int Fd, const struct timespec *Timeout, const sigset_t *Mask);

static int byPpoll(int Fd, const struct timespec *T, const sigset_t *Mask) {
  struct pollfd P = {Fd, POLLIN, 0};
  int R = ppoll(&P, 1, T, Mask);
  CHECK(R <= 0 || P.revents == POLLIN);
  return R;
}

static int byPselect(int Fd, const struct timespec *T, const sigset_t *Mask) {
  fd_set Set;
  FD_ZERO(&Set);
  FD_SET(Fd, &Set);
  int R = pselect(Fd + 1, &Set, NULL, NULL, T, Mask);
  CHECK(FD_ISSET(Fd, &Set) == (R != 0));
  return R;
}

static int byEpoll(int Fd, const struct timespec *T, const sigset_t *Mask,
                   int Nanoseconds) {
  int E = epoll_create1(0);
  struct epoll_event Event = {EPOLLIN, {.fd = Fd}}, Got;
  CHECK(epoll_ctl(E, EPOLL_CTL_ADD, Fd, &Event) == 0);
  int Ms = T ? (int)(T->tv_sec * 1000 + T->tv_nsec / 1000000) : -1;
  int R = Nanoseconds ? epoll_pwait2(E, &Got, 1, T, Mask)
                      : epoll_pwait(E, &Got, 1, Ms, Mask);
  int Error = errno;
  CHECK(R <= 0 || (Got.data.fd == Fd && Got.events == EPOLLIN));
  CHECK(close(E) == 0);
  errno = Error;
  return R;
}

static int byPwait(int Fd, const struct timespec *T, const sigset_t *Mask) {
  return byEpoll(Fd, T, Mask, 0);
}
static int byPwait2(int Fd, const struct timespec *T, const sigset_t *Mask) {
  return byEpoll(Fd, T, Mask, 1);
}

static Wait *const Waits[] = {byPpoll, byPselect, byPwait, byPwait2};

static void times(void) {
  int P[2];
  CHECK(pipe(P) == 0);
  for (int I = 0; I < 4; ++I) {
    struct timespec Zero = {0, 0}, Short = {0, 20000000};
    CHECK(KEEPS_ERRNO(Waits[I](P[0], &Zero, NULL)) == 0);
    long long From = nowMs();
    CHECK(KEEPS_ERRNO(Waits[I](P[0], &Short, NULL)) == 0);
    CHECK(nowMs() - From >= 19);
    CHECK(Short.tv_nsec == 20000000); // As it was.
    CHECK(write(P[1], "x", 1) == 1);
    CHECK(KEEPS_ERRNO(Waits[I](P[0], NULL, NULL)) == 1);
    CHECK(KEEPS_ERRNO(Waits[I](P[0], &Short, &None)) == 1);
    char C;
    CHECK(read(P[0], &C, 1) == 1);
    if (Waits[I] != byPwait) {
      struct timespec Wrong[] = {{0, 1000000000}, {-1, 0}, {0, -1}};
      for (int K = 0; K < 3; ++K)
        CHECK_ERRNO(Waits[I](P[0], &Wrong[K], NULL), EINVAL);
    }
  }
  close(P[0]);
  close(P[1]);
}

static void pendingInterrupts(void) {
  int P[2];
  CHECK(pipe(P) == 0);
  sigset_t Before;
  CHECK(pthread_sigmask(SIG_BLOCK, &Usr1, &Before) == 0);
  for (int I = 0; I < 4; ++I) {
    int From = Caught;
    CHECK(pthread_kill(pthread_self(), SIGUSR1) == 0);
    CHECK(Caught == From); // Blocked.
    struct timespec Short = {0, 1000000};
    CHECK(Waits[I](P[0], &Short, &Usr1) == 0);
    CHECK(Waits[I](P[0], &Short, NULL) == 0);
    CHECK(Caught == From);
    // What is ready comes before a signal.
    CHECK(write(P[1], "x", 1) == 1);
    CHECK(Waits[I](P[0], NULL, &None) == 1 && Caught == From);
    char C;
    CHECK(read(P[0], &C, 1) == 1);
    CHECK_ERRNO(Waits[I](P[0], NULL, &Usr2), EINTR);
    CHECK(Caught == From + 1 && BlockedInHandler); // Under the call's mask.
    sigset_t Now;
    CHECK(pthread_sigmask(SIG_SETMASK, NULL, &Now) == 0);
    CHECK(sigismember(&Now, SIGUSR1) && !sigismember(&Now, SIGUSR2));
    // Even those that have no time to wait, but for epoll's.
    struct timespec Zero = {0, 0};
    CHECK(pthread_kill(pthread_self(), SIGUSR1) == 0);
    int R = Waits[I](P[0], &Zero, &None);
    CHECK(I < 2 ? R == -1 && errno == EINTR : R == 0);
    CHECK(Caught == From + 1 + (I < 2));
    CHECK(I < 2 || Waits[I](P[0], NULL, &None) == -1);
  }
  CHECK(pthread_sigmask(SIG_SETMASK, &Before, NULL) == 0);
  close(P[0]);
  close(P[1]);
}

static __thread int Order[4], Handled;
static void inOrder(int Signal) { Order[Handled++] = Signal; }

/// A handler that is about to run is interrupted by the next signal first; with
/// its end the call's mask is over.
static void manyPending(void) {
  int P[2], Rt = SIGRTMIN + 1;
  CHECK(pipe(P) == 0);
  CHECK(signal(Rt, inOrder) != SIG_ERR && signal(Rt + 1, inOrder) != SIG_ERR);
  sigset_t Both, Before;
  sigemptyset(&Both);
  sigaddset(&Both, Rt);
  sigaddset(&Both, Rt + 1);
  CHECK(pthread_sigmask(SIG_BLOCK, &Both, &Before) == 0);
  for (int I = 0; I < 5; ++I) {
    Handled = 0;
    for (int K = 0; K < 2; ++K) {
      CHECK(pthread_kill(pthread_self(), Rt) == 0);
      CHECK(pthread_kill(pthread_self(), Rt + 1) == 0);
    }
    if (I < 4)
      CHECK_ERRNO(Waits[I](P[0], NULL, &None), EINTR);
    else
      CHECK_ERRNO(sigsuspend(&None), EINTR);
    CHECK(Handled == 3 && Order[0] == Rt + 1 && Order[1] == Rt + 1);
    CHECK(Order[2] == Rt);
    CHECK(pthread_sigmask(SIG_UNBLOCK, &Both, NULL) == 0);
    CHECK(Handled == 4 && Order[3] == Rt);
    CHECK(pthread_sigmask(SIG_BLOCK, &Both, NULL) == 0);
  }
  CHECK(pthread_sigmask(SIG_SETMASK, &Before, NULL) == 0);
  close(P[0]);
  close(P[1]);
}

static Wait *Chosen;
static Gate Ready = GATE_INIT;
static int Never[2];

static void *waitsForSignal(void *Arg) {
  (void)Arg;
  CHECK(pthread_sigmask(SIG_BLOCK, &Usr1, NULL) == 0);
  post(&Ready);
  int From = Caught;
  CHECK_ERRNO(Chosen(Never[0], NULL, &None), EINTR);
  CHECK(Caught == From + 1);
  return NULL;
}

static void othersInterrupt(void) {
  CHECK(pipe(Never) == 0);
  for (int I = 0; I < 4; ++I) {
    Chosen = Waits[I];
    Ready.Count = 0;
    pthread_t T = start(waitsForSignal, NULL);
    await(&Ready, 1);
    CHECK(pthread_kill(T, SIGUSR1) == 0);
    join(T);
  }
}

int main(void) {
  sigemptyset(&None);
  sigemptyset(&Usr1);
  sigaddset(&Usr1, SIGUSR1);
  sigemptyset(&Usr2);
  sigaddset(&Usr2, SIGUSR2);
  struct sigaction A = {.sa_handler = onSignal, .sa_flags = SA_RESTART};
  CHECK(sigaction(SIGUSR1, &A, NULL) == 0);
  everywhere(times);
  everywhere(pendingInterrupts);
  everywhere(manyPending);
  othersInterrupt();
  return 0;
}
