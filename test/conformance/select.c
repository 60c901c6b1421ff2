// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: select waits for sets of descriptors or for time alone, keeps only
// the ready ones, updates the remaining time, and refuses bad arguments.
#include "check.h"
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

int main(void) {
  everywhere(hangUps);
  CHECK(dup2(0, 600) == 600); // The kernel looks no further than it has to.
  everywhere(selects);
  return 0;
}
