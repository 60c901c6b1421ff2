// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: epoll instances of the program's own: level- and edge-triggered,
// one-shot, nested, several threads in one wait, times, errors.
#include "check.h"
#include <sys/epoll.h>
#include <sys/eventfd.h>

static void add(int E, int Fd, unsigned Events) {
  struct epoll_event Event = {Events, {.fd = Fd}};
  CHECK(epoll_ctl(E, EPOLL_CTL_ADD, Fd, &Event) == 0);
}

static int Epoll, Event;
static Gate Started = GATE_INIT, Taken = GATE_INIT;

static void basics(void) {
  int P[2], E = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event Got[4];
  CHECK(pipe(P) == 0);
  CHECK_ERRNO(epoll_wait(E, Got, 0, 0), EINVAL);
  CHECK_ERRNO(epoll_wait(-1, Got, 1, 0), EBADF);
  CHECK_ERRNO(epoll_wait(P[0], Got, 1, 0), EINVAL);
  CHECK_ERRNO(read(E, Got, 8), EINVAL); // Though there is nothing to read.
  CHECK_ERRNO(write(E, Got, 8), EINVAL);
  CHECK(KEEPS_ERRNO(epoll_wait(E, Got, 4, 0)) == 0);
  long long From = nowMs();
  CHECK(KEEPS_ERRNO(epoll_wait(E, Got, 4, 20)) == 0);
  CHECK(nowMs() - From >= 19);
  add(E, P[0], EPOLLIN);
  CHECK(epoll_wait(E, Got, 4, 0) == 0);
  CHECK(write(P[1], "ab", 2) == 2);
  char C;
  // Level-triggered: as long as there is something.
  for (int I = 0; I < 2; ++I) {
    CHECK(KEEPS_ERRNO(epoll_wait(E, Got, 4, -1)) == 1);
    CHECK(Got[0].events == EPOLLIN && Got[0].data.fd == P[0]);
    CHECK(read(P[0], &C, 1) == 1);
  }
  CHECK(epoll_wait(E, Got, 4, 0) == 0);
  struct epoll_event Edge = {EPOLLIN | EPOLLET, {.fd = 7}};
  CHECK(epoll_ctl(E, EPOLL_CTL_MOD, P[0], &Edge) == 0);
  CHECK(write(P[1], "ab", 2) == 2);
  CHECK(epoll_wait(E, Got, 4, -1) == 1 && Got[0].data.fd == 7);
  CHECK(epoll_wait(E, Got, 4, 5) == 0);
  CHECK(write(P[1], "c", 1) == 1 && epoll_wait(E, Got, 4, -1) == 1);
  Edge.events = EPOLLIN | EPOLLONESHOT;
  CHECK(epoll_ctl(E, EPOLL_CTL_MOD, P[0], &Edge) == 0);
  CHECK(epoll_wait(E, Got, 4, -1) == 1 && epoll_wait(E, Got, 4, 5) == 0);
  CHECK(write(P[1], "d", 1) == 1 && epoll_wait(E, Got, 4, 5) == 0);
  CHECK(epoll_ctl(E, EPOLL_CTL_DEL, P[0], NULL) == 0);
  close(P[1]);
  add(E, P[0], 0);
  CHECK(epoll_wait(E, Got, 4, -1) == 1 && Got[0].events == EPOLLHUP);
  close(P[0]);
  CHECK(epoll_wait(E, Got, 4, 5) == 0); // Gone with its last descriptor.
  close(E);
}

static void *takesOne(void *Arg) {
  (void)Arg;
  struct epoll_event Got;
  post(&Started);
  CHECK(epoll_wait(Epoll, &Got, 1, -1) == 1);
  post(&Taken);
  return NULL;
}

/// An edge wakes one thread; each of four gets one.
static void manyWaiters(void) {
  Epoll = epoll_create1(0);
  Event = eventfd(0, 0);
  add(Epoll, Event, EPOLLIN | EPOLLET);
  Started.Count = Taken.Count = 0;
  pthread_t T[4];
  for (int I = 0; I < 4; ++I)
    T[I] = start(takesOne, NULL);
  await(&Started, 4);
  for (int I = 0; I < 4; ++I) {
    uint64_t One = 1;
    CHECK(write(Event, &One, 8) == 8);
    await(&Taken, I + 1);
  }
  for (int I = 0; I < 4; ++I)
    join(T[I]);
  close(Event);
  close(Epoll);
}

static void *waitsInner(void *Arg) {
  (void)Arg;
  struct epoll_event Got;
  post(&Started);
  CHECK(epoll_wait(Epoll, &Got, 1, -1) == 1 && Got.events == EPOLLIN);
  return NULL;
}

/// An epoll in an epoll in an epoll, as deep as Linux lets it be.
static void nested(void) {
  Event = eventfd(0, 0);
  int Chain[5], N = 0;
  for (int Inner = Event; N < 5; ++N) {
    int E = epoll_create1(0);
    struct epoll_event Ev = {EPOLLIN, {.fd = Inner}};
    if (epoll_ctl(E, EPOLL_CTL_ADD, Inner, &Ev) != 0) {
      CHECK(errno == ELOOP);
      close(E);
      break;
    }
    Chain[N] = Inner = Epoll = E;
  }
  CHECK(N >= 3);
  Started.Count = 0;
  pthread_t T = start(waitsInner, NULL);
  await(&Started, 1);
  uint64_t One = 1;
  CHECK(write(Event, &One, 8) == 8);
  join(T);
  while (N-- > 0)
    close(Chain[N]);
  close(Event);
}

int main(void) {
  everywhere(basics);
  manyWaiters();
  inThread(manyWaiters);
  nested();
  inThread(nested);
  return 0;
}
