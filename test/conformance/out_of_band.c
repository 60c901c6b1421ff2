// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: out-of-band data: poll, select and epoll that wait for it wake, recv
// with MSG_OOB takes it and does not wait, reads stop at the mark and do not
// see it, unless it is inline; who waits for other data goes on waiting.
#include "check.h"
#include <poll.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/select.h>

static int S[2], Epoll;
static Gate Waiting = GATE_INIT;

static void byPoll(void) {
  struct pollfd P = {S[0], POLLPRI, 0};
  CHECK(KEEPS_ERRNO(poll(&P, 1, -1)) == 1 && P.revents == POLLPRI);
}
static void bySelect(void) {
  fd_set Set;
  FD_ZERO(&Set);
  FD_SET(S[0], &Set);
  CHECK(KEEPS_ERRNO(select(S[0] + 1, NULL, NULL, &Set, NULL)) == 1);
  CHECK(FD_ISSET(S[0], &Set));
}
static void byEpoll(void) {
  struct epoll_event E;
  CHECK(KEEPS_ERRNO(epoll_wait(Epoll, &E, 1, -1)) == 1);
  CHECK(E.events == EPOLLPRI);
}
static void (*const Waits[])(void) = {byPoll, bySelect, byEpoll};

static void *waits(void *Arg) {
  char C = 0;
  CHECK_ERRNO(recv(S[0], &C, 1, MSG_OOB), EINVAL); // None yet.
  post(&Waiting);
  (*(void (**)(void))Arg)();
  CHECK(KEEPS_ERRNO(recv(S[0], &C, 1, MSG_OOB | MSG_PEEK)) == 1 && C == '!');
  CHECK(KEEPS_ERRNO(recv(S[0], &C, 1, MSG_OOB)) == 1 && C == '!');
  CHECK_ERRNO(recv(S[0], &C, 1, MSG_OOB), EINVAL); // Taken.
  return NULL;
}

static void awaitUrgent(void) {
  struct pollfd P = {S[0], POLLPRI, 0};
  CHECK(poll(&P, 1, -1) == 1);
}

static void urgent(void) {
  for (size_t I = 0; I < sizeof(Waits) / sizeof(*Waits); ++I) {
    Waiting = (Gate)GATE_INIT;
    tcpPair(S);
    CHECK((Epoll = epoll_create1(0)) >= 0);
    struct epoll_event E = {.events = EPOLLPRI};
    CHECK(epoll_ctl(Epoll, EPOLL_CTL_ADD, S[0], &E) == 0);
    pthread_t T = start(waits, (void *)&Waits[I]);
    await(&Waiting, 1);
    CHECK(KEEPS_ERRNO(send(S[1], "!", 1, MSG_OOB)) == 1);
    join(T);
    CHECK(close(S[0]) == 0 && close(S[1]) == 0 && close(Epoll) == 0);
  }
}

static void mark(void) {
  char Buf[8];
  int At = -1, On = 1;
  tcpPair(S);
  CHECK(send(S[1], "ab", 2, 0) == 2 && send(S[1], "c!", 2, MSG_OOB) == 2);
  CHECK(send(S[1], "de", 2, 0) == 2);
  awaitUrgent();
  // Up to the mark, though there is more.
  CHECK(readAll(S[0], Buf, 3) == 3 && !memcmp(Buf, "abc", 3));
  CHECK(KEEPS_ERRNO(ioctl(S[0], SIOCATMARK, &At)) == 0 && At == 1);
  CHECK(recv(S[0], Buf, 1, MSG_OOB) == 1 && Buf[0] == '!');
  CHECK(readAll(S[0], Buf, 2) == 2 && !memcmp(Buf, "de", 2));
  CHECK(ioctl(S[0], SIOCATMARK, &At) == 0 && At == 0);
  // Inline it is a byte like others.
  CHECK(setsockopt(S[0], SOL_SOCKET, SO_OOBINLINE, &On, sizeof(On)) == 0);
  CHECK(send(S[1], "f!", 2, MSG_OOB) == 2);
  awaitUrgent();
  CHECK_ERRNO(recv(S[0], Buf, 1, MSG_OOB), EINVAL);
  CHECK(readAll(S[0], Buf, 2) == 2 && !memcmp(Buf, "f!", 2));
  CHECK(close(S[0]) == 0 && close(S[1]) == 0);
}

static void *reads(void *Arg) {
  char Buf[8];
  post(&Waiting);
  CHECK(KEEPS_ERRNO(read(S[0], Buf, 8)) == 1 && Buf[0] == 'x');
  return Arg;
}

/// A reader is not woken for nothing: it sees neither the byte nor an end. It
/// passes the mark, after which nobody gets the byte.
static void goesOn(void) {
  Waiting = (Gate)GATE_INIT;
  tcpPair(S);
  pthread_t T = start(reads, NULL);
  await(&Waiting, 1);
  CHECK(send(S[1], "!", 1, MSG_OOB) == 1);
  CHECK(send(S[1], "x", 1, 0) == 1);
  join(T);
  CHECK(close(S[0]) == 0 && close(S[1]) == 0);
}

static void all(void) {
  urgent();
  mark();
  goesOn();
}

int main(void) {
  all();
  inThread(all);
  return 0;
}
