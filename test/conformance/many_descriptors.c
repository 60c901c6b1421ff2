// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: 5,000 descriptors at once: one poll, select, pselect and epoll_wait
// over all of them finds the few that are ready; threads wait on those with the
// highest numbers; a loop that closes every number ends them.
#include "check.h"
#include <poll.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/select.h>

enum { Count = 5000, Words = 2 * Count / 64 };

static int Ends[Count], Epoll;
static struct pollfd Set[Count];
static unsigned long Bits[Words];
static Gate Waiting = GATE_INIT;

static int isSet(int Fd) { return Bits[Fd / 64] >> Fd % 64 & 1; }
static void set(int Fd) { Bits[Fd / 64] |= 1ul << Fd % 64; }

static void makeAll(void) {
  CHECK((Epoll = epoll_create1(0)) >= 0);
  for (int I = 0; I < Count; I += 2) {
    int S[2];
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, S) == 0);
    Ends[I] = S[0];
    Ends[I + 1] = S[1];
    struct epoll_event E = {.events = EPOLLIN, .data.fd = S[0]};
    CHECK(epoll_ctl(Epoll, EPOLL_CTL_ADD, S[0], &E) == 0);
  }
  CHECK(Ends[Count - 1] < Words * 64);
}

static void *writesLast(void *Arg) {
  await(&Waiting, 1);
  CHECK(write(Ends[Count - 1], "x", 1) == 1);
  return Arg;
}

/// Calls \p Wait, which has to find the last socket ready and no other.
static void finds(int (*Wait)(void)) {
  char C;
  Waiting = (Gate)GATE_INIT;
  pthread_t T = start(writesLast, NULL);
  memset(Bits, 0, sizeof(Bits));
  for (int I = 0; I < Count; ++I)
    Set[I] = (struct pollfd){Ends[I], POLLIN, 0};
  for (int I = 0; I < Count; ++I)
    set(Ends[I]);
  post(&Waiting);
  CHECK(KEEPS_ERRNO(Wait()) == 1);
  join(T);
  CHECK(KEEPS_ERRNO(read(Ends[Count - 2], &C, 1)) == 1);
}

static int byPoll(void) {
  int N = poll(Set, Count, -1);
  for (int I = 0; I < Count; ++I)
    CHECK(Set[I].revents == (I == Count - 2 ? POLLIN : 0));
  return N;
}
static int checkBits(int N) {
  for (int I = 0; I < Count; ++I)
    CHECK(isSet(Ends[I]) == (I == Count - 2));
  return N;
}
static int bySelect(void) {
  return checkBits(
      select(Ends[Count - 1] + 1, (fd_set *)Bits, NULL, NULL, NULL));
}
static int byPselect(void) {
  return checkBits(
      pselect(Ends[Count - 1] + 1, (fd_set *)Bits, NULL, NULL, NULL, NULL));
}
static int byEpoll(void) {
  struct epoll_event E;
  int N = epoll_wait(Epoll, &E, 1, -1);
  CHECK(E.data.fd == Ends[Count - 2]);
  return N;
}

static void *readsOne(void *Arg) {
  char C;
  CHECK(KEEPS_ERRNO(read(*(int *)Arg, &C, 1)) == 1 && C == 'y');
  return NULL;
}

static void all(void) {
  makeAll();
  finds(byPoll);
  finds(bySelect);
  finds(byPselect);
  finds(byEpoll);
  enum { Readers = 100 };
  pthread_t T[Readers];
  for (int I = 0; I < Readers; ++I)
    T[I] = start(readsOne, &Ends[Count - 2 - 2 * I]);
  for (int I = 0; I < Readers; ++I)
    CHECK(write(Ends[Count - 1 - 2 * I], "y", 1) == 1);
  for (int I = 0; I < Readers; ++I)
    join(T[I]);
  for (int Fd = 3; Fd < Words * 64; ++Fd) // As a daemon does.
    close(Fd);
  CHECK(open("/dev/null", O_RDONLY) == 3 && close(3) == 0);
}

int main(void) {
  struct rlimit Limit;
  CHECK(getrlimit(RLIMIT_NOFILE, &Limit) == 0);
  CHECK(Limit.rlim_max > Words * 64);
  Limit.rlim_cur = Words * 64;
  CHECK(setrlimit(RLIMIT_NOFILE, &Limit) == 0);
  all();
  inThread(all);
  all();
  return 0;
}
