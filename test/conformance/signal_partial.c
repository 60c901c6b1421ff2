// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: a signal whose handler restarts calls ends one that has moved some
// bytes, with their number: write, send and writev of more than there is room
// for, recv with MSG_WAITALL. One that has moved none goes on.
#include "check.h"
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/uio.h>

enum { Big = 1 << 20, Part = 10, Whole = 100 };
static int P[2];
static char Data[Big];
static _Thread_local volatile sig_atomic_t Runs;
typedef ssize_t Call(void);

static void count(int Signal) {
  (void)Signal;
  ++Runs;
}

static ssize_t doWrite(void) { return write(P[1], Data, Big); }
static ssize_t doSend(void) { return send(P[1], Data, Big, 0); }
static ssize_t doWritev(void) {
  struct iovec V[2] = {{Data, 1000}, {Data, Big - 1000}};
  return writev(P[1], V, 2);
}
static ssize_t receive(void) { return recv(P[0], Data, Whole, MSG_WAITALL); }

static ssize_t Result;
static void *calls(void *Arg) {
  errno = 0;
  Result = (*(Call **)Arg)();
  CHECK(Runs == 1);
  return NULL;
}

static int available(int Fd) {
  int N = -1;
  CHECK(ioctl(Fd, FIONREAD, &N) == 0);
  return N;
}

static int hasRoom(void) {
  struct pollfd Out = {P[1], POLLOUT, 0};
  return poll(&Out, 1, 0);
}

/// The call has moved what it can when no room is left, and is interrupted.
static void written(Call *By) {
  pthread_t T = start(calls, &By);
  while (hasRoom())
    sched_yield();
  CHECK(pthread_kill(T, SIGUSR1) == 0);
  join(T);
  CHECK(Result > 0 && Result < Big && Result == available(P[0]));
  CHECK(close(P[0]) == 0 && close(P[1]) == 0);
}

static void all(void) {
  CHECK(pipe(P) == 0);
  written(doWrite);
  CHECK(pipe(P) == 0);
  written(doWritev);

  Call *By = receive;
  CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, P) == 0);
  CHECK(write(P[1], Data, Part) == Part);
  pthread_t T = start(calls, &By);
  while (available(P[0]))
    sched_yield();
  CHECK(pthread_kill(T, SIGUSR1) == 0);
  join(T);
  CHECK(Result == Part);

  // Nothing has come yet: the call is restarted.
  T = start(calls, &By);
  CHECK(pthread_kill(T, SIGUSR1) == 0);
  CHECK(write(P[1], Data, Whole) == Whole);
  join(T);
  CHECK(Result == Whole);
  CHECK(close(P[0]) == 0 && close(P[1]) == 0);

  CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, P) == 0);
  By = doSend;
  T = start(calls, &By);
  while (hasRoom())
    sched_yield();
  CHECK(pthread_kill(T, SIGUSR1) == 0);
  join(T);
  CHECK(Result > 0 && Result < Big);
  CHECK(close(P[0]) == 0 && close(P[1]) == 0);
}

int main(void) {
  struct sigaction A = {.sa_handler = count, .sa_flags = SA_RESTART};
  CHECK(sigaction(SIGUSR1, &A, NULL) == 0);
  all();
  inThread(all);
  return 0;
}
