// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: a signal that was sent before a thread makes a call does not
// interrupt that: its handler runs first, and the call waits for what it is
// there for.
#include "check.h"
#include <poll.h>
#include <semaphore.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/uio.h>

static int S[2], Epoll;
static sem_t Sem;
static volatile int Handled, Sent;

static void handle(int Signal) {
  (void)Signal;
  Handled = 1;
}

static int doRead(void) {
  char C;
  return (int)read(S[0], &C, 1);
}
static int doReadv(void) {
  char C;
  struct iovec V = {&C, 1};
  return (int)readv(S[0], &V, 1);
}
static int doRecvmsg(void) {
  char C;
  struct iovec V = {&C, 1};
  struct msghdr M = {.msg_iov = &V, .msg_iovlen = 1};
  return (int)recvmsg(S[0], &M, MSG_WAITALL);
}
static int doPoll(void) {
  struct pollfd P = {S[0], POLLIN, 0};
  return poll(&P, 1, -1) == 1 ? doRead() : -1;
}
static int doSelect(void) {
  fd_set Set;
  FD_ZERO(&Set);
  FD_SET(S[0], &Set);
  return select(S[0] + 1, &Set, NULL, NULL, NULL) == 1 ? doRead() : -1;
}
static int doEpoll(void) {
  struct epoll_event E;
  return epoll_wait(Epoll, &E, 1, -1) == 1 ? doRead() : -1;
}
static int doSleep(void) {
  struct timespec T = {0, 1000000};
  return nanosleep(&T, NULL) == 0 ? doRead() : -1;
}
static int doWait(void) { return sem_wait(&Sem) == 0 ? doRead() : -1; }

static int (*const Calls[])(void) = {doRead,   doReadv, doRecvmsg, doPoll,
                                     doSelect, doEpoll, doSleep,   doWait};
static Gate Begun = GATE_INIT;

static void *calls(void *Arg) {
  post(&Begun);
  while (!Sent) // Which delivers nothing.
    ;
  CHECK((*(int (**)(void))Arg)() == 1);
  CHECK(Handled);
  return NULL;
}

int main(void) {
  struct sigaction Action = {.sa_handler = handle};
  CHECK(sigaction(SIGUSR1, &Action, NULL) == 0);
  CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, S) == 0);
  CHECK(sem_init(&Sem, 0, 0) == 0 && (Epoll = epoll_create1(0)) >= 0);
  struct epoll_event E = {.events = EPOLLIN};
  CHECK(epoll_ctl(Epoll, EPOLL_CTL_ADD, S[0], &E) == 0);
  for (size_t I = 0; I < sizeof(Calls) / sizeof(*Calls); ++I) {
    Handled = Sent = 0;
    pthread_t T = start(calls, (void *)&Calls[I]);
    await(&Begun, (int)I + 1);
    CHECK(pthread_kill(T, SIGUSR1) == 0);
    Sent = 1;
    while (!Handled)
      sched_yield();
    CHECK(write(S[1], "x", 1) == 1 && sem_post(&Sem) == 0);
    join(T);
    CHECK(sem_init(&Sem, 0, 0) == 0);
  }
  return 0;
}
