// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: read returns what a pipe holds, waits while it is empty, and reports
// end of file, bad descriptors and bad pointers; errno survives success.
#include "check.h"
#include <limits.h>
#include <stdint.h>
#include <sys/eventfd.h>

static void *writeLater(void *Arg) {
  int *Fd = Arg;
  sleepMs(30);
  CHECK(KEEPS_ERRNO(write(*Fd, "late", 4)) == 4);
  return NULL;
}

static void reads(void) {
  int P[2];
  char Buf[64];
  CHECK(KEEPS_ERRNO(pipe(P)) == 0);

  CHECK(write(P[1], "hello, world", 12) == 12);
  CHECK(KEEPS_ERRNO(read(P[0], Buf, 5)) == 5 && memcmp(Buf, "hello", 5) == 0);
  CHECK(KEEPS_ERRNO(read(P[0], Buf, sizeof(Buf))) == 7);
  CHECK(memcmp(Buf, ", world", 7) == 0);

  CHECK(KEEPS_ERRNO(read(P[0], Buf, 0)) == 0); // Empty, but does not wait.

  pthread_t T = start(writeLater, &P[1]);
  CHECK(KEEPS_ERRNO(read(P[0], Buf, sizeof(Buf))) == 4);
  CHECK(memcmp(Buf, "late", 4) == 0);
  join(T);

  CHECK(write(P[1], "x", 1) == 1);
  CHECK_ERRNO(read(P[0], (void *)8, 1), EFAULT);
  CHECK_ERRNO(read(P[1], Buf, 1), EBADF);

  CHECK(KEEPS_ERRNO(close(P[1])) == 0);
  CHECK(read(P[0], Buf, sizeof(Buf)) == 1 && Buf[0] == 'x');
  CHECK(KEEPS_ERRNO(read(P[0], Buf, sizeof(Buf))) == 0);
  CHECK(KEEPS_ERRNO(read(P[0], Buf, sizeof(Buf))) == 0);
  CHECK(close(P[0]) == 0);

  CHECK_ERRNO(read(-1, Buf, 1), EBADF);
  CHECK_ERRNO(read(1 << 30, Buf, 1), EBADF);
  CHECK_ERRNO(read(-1, Buf, 0), EBADF);
  CHECK_ERRNO(close(-1), EBADF);

  int Dir = open("/", O_RDONLY | O_DIRECTORY);
  CHECK(Dir >= 0);
  CHECK_ERRNO(read(Dir, Buf, 1), EISDIR);
  CHECK(close(Dir) == 0);
}

/// Counts that lead past all memory.
static void tooMuch(void) {
  static char Own[4][8]; // A stack is too near to the end of memory.
  static int Users;
  char *Buf = Own[__atomic_fetch_add(&Users, 1, __ATOMIC_RELAXED) % 4];
  for (int I = 0; I < 3; ++I) {
    int P[2] = {eventfd(3, 0), -1};
    if (I) {
      CHECK(close(P[0]) == 0);
      CHECK(I == 1 ? pipe(P) == 0
                   : socketpair(AF_UNIX, SOCK_STREAM, 0, P) == 0);
      CHECK(write(P[1], "abcdefgh", 8) == 8);
    }
    CHECK_ERRNO(read(P[0], Buf, SIZE_MAX), EFAULT);
    CHECK_ERRNO(read(P[0], Buf, SSIZE_MAX), EFAULT);
    CHECK(KEEPS_ERRNO(read(P[0], Buf, 0x7ffff000)) == 8);
    CHECK_ERRNO(read(P[0], Buf, SIZE_MAX), EFAULT); // Also an empty one.
    CHECK(close(P[0]) == 0 && (P[1] < 0 || close(P[1]) == 0));
  }
}

int main(void) {
  everywhere(tooMuch);
  everywhere(reads);
  return 0;
}
