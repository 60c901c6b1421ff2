// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: errno (__errno_location) belongs to the thread: what a call set
// before or after the thread was moved is what the thread sees, also when
// optimised.
#include "check.h"

enum { Threads = 20, Rounds = 200 };
static int P[2];

__attribute__((noinline)) static int cleared(int Fd, char *C) {
  errno = 0;
  read(Fd, C, 1);
  return errno;
}

__attribute__((noinline)) static int failing(int Fd, char *C) {
  errno = 0;
  if (read(Fd, C, 1) != 1)
    return -1;
  read(-1, C, 1);
  return errno;
}

static void *own(void *Arg) {
  int Mine = 1000 + (int)(long)Arg;
  char C;
  CHECK(errno == 0);
  errno = Mine;
  for (int I = 0; I < Rounds; ++I) {
    CHECK(errno == Mine);
    sched_yield();
    CHECK(errno == Mine);
    CHECK(read(P[0], &C, 1) == 1);
    CHECK(errno == Mine);
    CHECK(write(P[1], &C, 1) == 1);
    if (I % 20 == 0)
      usleep(100);
    CHECK(errno == Mine);

    CHECK(cleared(P[0], &C) == 0);
    CHECK(write(P[1], &C, 1) == 1);
    CHECK(failing(P[0], &C) == EBADF);
    CHECK(errno == EBADF);
    CHECK(write(P[1], &C, 1) == 1);
    CHECK(close(-1) == -1 && errno == EBADF);
    CHECK(open("/does/not/exist", O_RDONLY) == -1 && errno == ENOENT);
    sched_yield();
    CHECK(errno == ENOENT);
    errno = Mine;
  }
  return NULL;
}

static void many(void) {
  pthread_t T[Threads];
  errno = 77;
  for (long I = 0; I < Threads; ++I)
    T[I] = start(own, (void *)I);
  for (int I = 0; I < Threads; ++I)
    join(T[I]);
  CHECK(errno == 77);
}

int main(void) {
  CHECK(pipe(P) == 0 && write(P[1], "abc", 3) == 3);
  many();
  inThread(many);
  return 0;
}
