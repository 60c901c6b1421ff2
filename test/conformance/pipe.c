// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: pipe and pipe2 make connected ends with the flags asked for, and
// refuse bad pointers and flags.
#include "check.h"

static void pipes(void) {
  int P[2];
  char C;
  CHECK(KEEPS_ERRNO(pipe(P)) == 0);
  CHECK(fcntl(P[0], F_GETFL) == O_RDONLY && fcntl(P[1], F_GETFL) == O_WRONLY);
  CHECK(fcntl(P[0], F_GETFD) == 0 && fcntl(P[1], F_GETFD) == 0);
  CHECK(close(P[0]) == 0 && close(P[1]) == 0);
  CHECK(KEEPS_ERRNO(pipe2(P, O_CLOEXEC)) == 0);
  CHECK(fcntl(P[0], F_GETFL) == O_RDONLY);
  CHECK(fcntl(P[0], F_GETFD) == FD_CLOEXEC);
  CHECK(close(P[0]) == 0 && close(P[1]) == 0);
  CHECK(pipe2(P, O_NONBLOCK) == 0);
  CHECK_ERRNO(read(P[0], &C, 1), EAGAIN);
  CHECK(close(P[0]) == 0 && close(P[1]) == 0);
  CHECK(pipe2(P, O_DIRECT) == 0); // Packets keep their boundaries.
  char Buf[16];
  CHECK(write(P[1], "one", 3) == 3 && write(P[1], "four", 4) == 4);
  CHECK(read(P[0], Buf, 16) == 3 && read(P[0], Buf, 16) == 4);
  CHECK(close(P[0]) == 0 && close(P[1]) == 0);
  CHECK_ERRNO(pipe2(P, 1), EINVAL);
  CHECK_ERRNO(pipe((int *)8), EFAULT);
}

/// A byte goes round a ring of threads, through main as well.
enum { Ring = 10, Rounds = 200 };
static int Link[Ring][2];

static void *forward(void *Arg) {
  int I = (int)(long)Arg;
  char C;
  while (read(Link[I][0], &C, 1) == 1)
    CHECK(write(Link[(I + 1) % Ring][1], &C, 1) == 1);
  CHECK(close(Link[(I + 1) % Ring][1]) == 0);
  return NULL;
}

static void ring(void) {
  pthread_t T[Ring];
  char C = 'r';
  for (int I = 0; I < Ring; ++I)
    CHECK(pipe(Link[I]) == 0);
  for (long I = 1; I < Ring; ++I)
    T[I] = start(forward, (void *)I);
  for (int I = 0; I < Rounds; ++I) {
    CHECK(write(Link[1][1], &C, 1) == 1);
    CHECK(KEEPS_ERRNO(read(Link[0][0], &C, 1)) == 1);
  }
  CHECK(close(Link[1][1]) == 0);
  CHECK(read(Link[0][0], &C, 1) == 0);
  for (int I = 1; I < Ring; ++I)
    join(T[I]);
  for (int I = 0; I < Ring; ++I)
    CHECK(close(Link[I][0]) == 0);
}

int main(void) {
  everywhere(pipes);
  ring();
  inThread(ring);
  return 0;
}
