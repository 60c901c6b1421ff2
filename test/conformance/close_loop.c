// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: a program with threads that closes every descriptor it does not know
// goes on working: its blocking calls wait and wake as before.
#include "check.h"
#include <sys/resource.h>

static void *writeLater(void *Arg) {
  sleepMs(10);
  CHECK(write(*(int *)Arg, "x", 1) == 1);
  return NULL;
}

static void exchange(void) {
  int P[2];
  char C;
  CHECK(pipe(P) == 0);
  pthread_t T = start(writeLater, &P[1]);
  CHECK(KEEPS_ERRNO(read(P[0], &C, 1)) == 1);
  join(T);
  CHECK(close(P[0]) == 0 && close(P[1]) == 0);
}

/// As daemons do after fork, up to the limit.
static void closeLoop(void) {
  struct rlimit Limit;
  CHECK(getrlimit(RLIMIT_NOFILE, &Limit) == 0);
  for (int Fd = 3; Fd < (int)Limit.rlim_cur; ++Fd)
    if (close(Fd) == -1)
      CHECK(errno == EBADF);
}

int main(void) {
  exchange();
  inThread(exchange);
  closeLoop();
  exchange();
  inThread(exchange);
  inThread(closeLoop);
  exchange();
  inThread(exchange);
  for (int Fd = 3; Fd < 20; ++Fd) // dup2 over all low numbers.
    CHECK(dup2(0, Fd) == Fd);
  exchange();
  inThread(exchange);
  return 0;
}
