// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: main blocked in read, accept, poll or nanosleep is interrupted by
// alarm and kill as ever, with threads and without.
#include "check.h"
#include <poll.h>
#include <sys/time.h>

static volatile int Handled;
static pthread_t Main;

static void onAlarm(int Signal) {
  CHECK(Signal == SIGALRM || Signal == SIGUSR2);
  CHECK(pthread_equal(pthread_self(), Main));
  ++Handled;
}

static void install(int Flags) {
  struct sigaction Action;
  memset(&Action, 0, sizeof(Action));
  Action.sa_handler = onAlarm;
  Action.sa_flags = Flags;
  CHECK(sigaction(SIGALRM, &Action, NULL) == 0);
  CHECK(sigaction(SIGUSR2, &Action, NULL) == 0);
}

/// SIGALRM every 10 ms, from now on or no longer.
static void alarms(int On) {
  long Us = On ? 10000 : 0;
  struct itimerval T = {{0, Us}, {0, Us}};
  CHECK(setitimer(ITIMER_REAL, &T, NULL) == 0);
}

static int P[2], Listener;

static void interrupted(void) {
  char C;
  struct pollfd F = {P[0], POLLIN, 0};
  struct timespec T = {1000, 0};
  install(0);
  alarms(1);
  CHECK_ERRNO(read(P[0], &C, 1), EINTR);
  CHECK_ERRNO(accept(Listener, NULL, NULL), EINTR);
  CHECK_ERRNO(poll(&F, 1, -1), EINTR);
  CHECK_ERRNO(nanosleep(&T, &T), EINTR);
  CHECK(T.tv_sec > 900);
  CHECK(sleep(1000) > 900);
  install(SA_RESTART);
  CHECK_ERRNO(poll(&F, 1, -1), EINTR);
  CHECK_ERRNO(nanosleep(&T, &T), EINTR);
  alarms(0);
}

/// From another process: data only after some signals were handled.
static void restarted(void) {
  install(SA_RESTART);
  char C;
  Handled = 0;
  int Tell[2];
  CHECK(pipe(Tell) == 0);
  pid_t Child = fork();
  CHECK(Child >= 0);
  if (Child == 0) {
    for (int I = 0; I < 10; ++I) {
      sleepMs(4);
      CHECK(kill(getppid(), SIGUSR2) == 0);
    }
    CHECK(write(P[1], "x", 1) == 1);
    _exit(0);
  }
  CHECK(read(P[0], &C, 1) == 1);
  CHECK(Handled >= 1);
  int Status;
  CHECK(waitpid(Child, &Status, 0) == Child && Status == 0);
  CHECK(close(Tell[0]) == 0 && close(Tell[1]) == 0);
}

static void toSelf(void) {
  Handled = 0;
  CHECK(KEEPS_ERRNO(kill(getpid(), SIGUSR2)) == 0 && Handled == 1);
  CHECK(raise(SIGUSR2) == 0 && Handled == 2);
}

static void *blocked(void *Arg) {
  char C;
  CHECK(read(*(int *)Arg, &C, 1) == 1);
  return NULL;
}

int main(void) {
  struct sockaddr_in Addr;
  Main = pthread_self();
  CHECK(pipe(P) == 0);
  Listener = listenTcp(&Addr);
  interrupted();
  restarted();
  install(0);
  toSelf();

  int Q[2];
  pthread_t T[5];
  CHECK(pipe(Q) == 0);
  install(SA_RESTART);
  // Threads that block the signals, so that they come to main.
  sigset_t Set, Old;
  sigemptyset(&Set);
  sigaddset(&Set, SIGALRM);
  sigaddset(&Set, SIGUSR2);
  CHECK(pthread_sigmask(SIG_BLOCK, &Set, &Old) == 0);
  for (int I = 0; I < 5; ++I)
    T[I] = start(blocked, &Q[0]);
  CHECK(pthread_sigmask(SIG_SETMASK, &Old, NULL) == 0);
  interrupted();
  restarted();
  toSelf();
  CHECK(write(Q[1], "12345", 5) == 5);
  for (int I = 0; I < 5; ++I)
    join(T[I]);
  return 0;
}
