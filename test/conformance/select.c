// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: select waits for sets of descriptors or for time alone, keeps only
// the ready ones, updates the remaining time, and refuses bad arguments. Of a
// set it looks at no more than there may be descriptors in it.
#include "check.h"
#include "closed_reader.h"
#include <sys/mman.h>
#include <sys/select.h>

static void *writeLater(void *Arg) {
  sleepMs(30);
  CHECK(write(*(int *)Arg, "x", 1) == 1);
  return NULL;
}

static void selects(void) {
  int P[2], Q[2];
  char C;
  fd_set R, W;
  CHECK(pipe(P) == 0 && pipe(Q) == 0);
  int Max = (P[0] > Q[0] ? P[0] : Q[0]) + 1;
  int MaxW = (Max > Q[1] ? Max : Q[1] + 1);

#define SET_BOTH()                                                             \
  do {                                                                         \
    FD_ZERO(&R);                                                               \
    FD_SET(P[0], &R);                                                          \
    FD_SET(Q[0], &R);                                                          \
  } while (0)

  SET_BOTH();
  struct timeval Tv = {0, 0};
  CHECK(KEEPS_ERRNO(select(Max, &R, NULL, NULL, &Tv)) == 0);
  CHECK(!FD_ISSET(P[0], &R) && !FD_ISSET(Q[0], &R));

  SET_BOTH();
  Tv.tv_usec = 50000;
  long long From = nowMs();
  CHECK(KEEPS_ERRNO(select(Max, &R, NULL, NULL, &Tv)) == 0);
  CHECK(nowMs() - From >= 49 && Tv.tv_sec == 0 && Tv.tv_usec == 0);
  CHECK(!FD_ISSET(P[0], &R) && !FD_ISSET(Q[0], &R));

  pthread_t T = start(writeLater, &Q[1]);
  SET_BOTH();
  Tv.tv_sec = 100;
  Tv.tv_usec = 0;
  CHECK(KEEPS_ERRNO(select(Max, &R, NULL, NULL, &Tv)) == 1);
  CHECK(!FD_ISSET(P[0], &R) && FD_ISSET(Q[0], &R));
  CHECK(Tv.tv_sec < 100 && Tv.tv_sec > 10); // What was left.
  join(T);
  CHECK(read(Q[0], &C, 1) == 1);

  T = start(writeLater, &P[1]);
  SET_BOTH();
  CHECK(KEEPS_ERRNO(select(Max, &R, NULL, NULL, NULL)) == 1);
  CHECK(FD_ISSET(P[0], &R) && !FD_ISSET(Q[0], &R));
  join(T);

  SET_BOTH();
  FD_ZERO(&W);
  FD_SET(Q[1], &W);
  CHECK(KEEPS_ERRNO(select(MaxW, &R, &W, NULL, NULL)) == 2);
  CHECK(FD_ISSET(P[0], &R) && !FD_ISSET(Q[0], &R) && FD_ISSET(Q[1], &W));
  CHECK(read(P[0], &C, 1) == 1);

  // As a sleep.
  From = nowMs();
  Tv.tv_sec = 0;
  Tv.tv_usec = 40000;
  CHECK(KEEPS_ERRNO(select(0, NULL, NULL, NULL, &Tv)) == 0);
  CHECK(nowMs() - From >= 39);

  // End of file is readable.
  CHECK(close(P[1]) == 0);
  SET_BOTH();
  CHECK(KEEPS_ERRNO(select(Max, &R, NULL, NULL, NULL)) == 1);
  CHECK(FD_ISSET(P[0], &R));

  CHECK_ERRNO(select(-1, &R, NULL, NULL, NULL), EINVAL);
  Tv.tv_sec = -1;
  CHECK_ERRNO(select(0, NULL, NULL, NULL, &Tv), EINVAL);
  CHECK_ERRNO(select(Max, (fd_set *)8, NULL, NULL, NULL), EFAULT);
  FD_ZERO(&R);
  FD_SET(500, &R);
  Tv.tv_sec = 0;
  Tv.tv_usec = 0;
  CHECK_ERRNO(select(501, &R, NULL, NULL, &Tv), EBADF);
  CHECK(FD_ISSET(500, &R)); // Untouched on error.
  CHECK(close(P[0]) == 0 && close(Q[0]) == 0 && close(Q[1]) == 0);
}

/// What poll says of a file but select does not ask for ends no wait.
static void hangUps(void) {
  int P[2], Null = open("/dev/null", O_RDWR);
  CHECK(pipe(P) == 0 && close(P[1]) == 0);
  for (int Excepted = 0; Excepted < 2; ++Excepted) {
    fd_set W, E;
    FD_ZERO(&W);
    FD_ZERO(&E);
    FD_SET(P[0], &W); // Hung up, which is no room for output.
    FD_SET(P[0], &E);
    if (Excepted)
      FD_SET(Null, &E); // Cannot be waited for.
    struct timeval Tv = {0, 20000};
    long long From = nowMs();
    CHECK(select(Null + 1, NULL, &W, &E, &Tv) == 0);
    CHECK(nowMs() - From >= 19 && Tv.tv_usec == 0);
    CHECK(!FD_ISSET(P[0], &W) && !FD_ISSET(P[0], &E));
  }
  CHECK(close(P[0]) == 0 && close(Null) == 0);
}

/// Sets end where descriptors do: nothing behind them is read or written.
static void setsEnd(void) {
  enum { Page = 4096 };
  int P[2];
  CHECK(pipe(P) == 0 && P[1] < 256);
  char *End = (char *)mmap(NULL, 2 * Page, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) +
              Page;
  CHECK(mprotect(End, Page, PROT_NONE) == 0);
  for (int Small = 0; Small < 2; ++Small) {
    fd_set *R = (fd_set *)(End - (Small ? 256 / 8 : sizeof(fd_set)));
    int N = Small ? FD_SETSIZE : getdtablesize();
    for (int Ready = 0; Ready < 2; ++Ready) {
      struct timeval Tv = {Ready * 10, 1000};
      struct timespec Ts = {Ready * 10, 1000000};
      FD_SET(P[0], R);
      CHECK(KEEPS_ERRNO(select(N, R, NULL, NULL, &Tv)) == Ready);
      CHECK(!FD_ISSET(P[0], R) == !Ready);
      FD_SET(P[0], R);
      CHECK(KEEPS_ERRNO(pselect(N, R, NULL, NULL, &Ts, NULL)) == Ready);
      CHECK(!FD_ISSET(P[0], R) == !Ready);
      CHECK(write(P[1], "x", 1) == 1);
    }
    char Both[2];
    CHECK(read(P[0], Both, 2) == 2);
    FD_CLR(P[0], R);
  }
  struct {
    fd_set R;
    char Behind[8192];
  } S;
  memset(&S, 0, sizeof(S));
  memset(S.Behind, 0x5a, sizeof(S.Behind));
  struct timeval Tv = {0, 0};
  FD_SET(P[0], &S.R);
  CHECK(select(getdtablesize(), &S.R, NULL, NULL, &Tv) == 0);
  for (size_t I = 0; I < sizeof(S.Behind); ++I)
    CHECK(S.Behind[I] == 0x5a);
  CHECK(munmap(End - Page, 2 * Page) == 0);
  CHECK(close(P[0]) == 0 && close(P[1]) == 0);
}

/// Times that no clock will ever show.
static void longTimes(void) {
  int P[2];
  fd_set R;
  CHECK(pipe(P) == 0 && write(P[1], "x", 1) == 1);
  FD_ZERO(&R);
  FD_SET(P[0], &R);
  struct timeval Tv = {20000000000, 999999};
  CHECK(select(P[0] + 1, &R, NULL, NULL, &Tv) == 1);
  CHECK(Tv.tv_sec == 20000000000);
  CHECK(close(P[0]) == 0 && close(P[1]) == 0);
}

/// The same while descriptors are closed that somebody reads.
static void *setsEndMeanwhile(void *Arg) {
  for (int I = 0; I < 100; ++I)
    setsEnd();
  __atomic_store_n((int *)Arg, 1, __ATOMIC_SEQ_CST);
  return NULL;
}

static void whileClosing(void) {
  int Ended = 0;
  pthread_t T = start(setsEndMeanwhile, &Ended);
  while (!__atomic_load_n(&Ended, __ATOMIC_SEQ_CST))
    closeWhileReading(200);
  join(T);
}

int main(void) {
  everywhere(setsEnd);
  whileClosing();
  inThread(whileClosing);
  everywhere(longTimes);
  everywhere(hangUps);
  CHECK(dup2(0, 600) == 600); // The kernel looks no further than it has to.
  everywhere(selects);
  return 0;
}
