// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: dup, dup2, dup3 and F_DUPFD name the same open file: what is set or
// written through one is seen through the other, also by a blocked reader.
#include "check.h"
#include <sys/resource.h>

static void *writeLater(void *Arg) {
  sleepMs(20);
  CHECK(write(*(int *)Arg, "x", 1) == 1);
  return NULL;
}

/// A descriptor number that no other thread of this program is using.
static int freeNumber(void) {
  static int Next = 300;
  return __atomic_fetch_add(&Next, 3, __ATOMIC_RELAXED);
}

static void dups(void) {
  int P[2], Q[2], N = freeNumber();
  char Buf[8];
  CHECK(pipe(P) == 0 && pipe(Q) == 0);

  int D = KEEPS_ERRNO(dup(P[0]));
  CHECK(D >= 0 && D != P[0]);
  CHECK(KEEPS_ERRNO(dup2(P[1], N)) == N);
  CHECK(KEEPS_ERRNO(dup2(N, N)) == N);
  CHECK(fcntl(N, F_GETFD) == 0);
  CHECK(KEEPS_ERRNO(dup3(P[1], N + 1, O_CLOEXEC)) == N + 1);
  CHECK(fcntl(N + 1, F_GETFD) == FD_CLOEXEC);

  CHECK(write(N, "a", 1) == 1 && write(N + 1, "b", 1) == 1);
  CHECK(read(D, Buf, sizeof(Buf)) == 2 && memcmp(Buf, "ab", 2) == 0);

  // Through a number that first named another pipe.
  pthread_t T = start(writeLater, &P[1]);
  CHECK(KEEPS_ERRNO(dup2(P[0], Q[0])) == Q[0]);
  CHECK(read(Q[0], Buf, sizeof(Buf)) == 1);
  join(T);
  // Nobody reads Q any longer.
  signal(SIGPIPE, SIG_IGN);
  CHECK_ERRNO(write(Q[1], "x", 1), EPIPE);

  int F = KEEPS_ERRNO(fcntl(P[0], F_DUPFD, 900));
  CHECK(F >= 900 && fcntl(F, F_GETFD) == 0);
  int G = KEEPS_ERRNO(fcntl(P[0], F_DUPFD_CLOEXEC, 900));
  CHECK(G >= 900 && G != F && fcntl(G, F_GETFD) == FD_CLOEXEC);
  CHECK(close(P[0]) == 0 && close(D) == 0 && close(Q[0]) == 0);
  T = start(writeLater, &P[1]);
  CHECK(read(G, Buf, sizeof(Buf)) == 1);
  join(T);
  CHECK(close(F) == 0 && close(G) == 0);
  CHECK_ERRNO(write(N, "x", 1), EPIPE);
  CHECK(close(N) == 0 && close(N + 1) == 0);
  CHECK(close(P[1]) == 0 && close(Q[1]) == 0);

  CHECK_ERRNO(dup(-1), EBADF);
  CHECK_ERRNO(dup2(-1, N), EBADF);
  CHECK_ERRNO(dup2(0, -1), EBADF);
  CHECK_ERRNO(dup3(0, 0, 0), EINVAL);
  CHECK_ERRNO(dup3(0, N, 12345), EINVAL);
  CHECK_ERRNO(fcntl(-1, F_GETFL), EBADF);
  CHECK_ERRNO(fcntl(0, F_DUPFD, -1), EINVAL);
  CHECK_ERRNO(fcntl(N, F_DUPFD, 0), EBADF);
}

static void tooMany(void) {
  struct rlimit Limit = {64, 64};
  CHECK(setrlimit(RLIMIT_NOFILE, &Limit) == 0);
  int P[2], Last = -1;
  for (int Fd; (Fd = dup(0)) >= 0;)
    Last = Fd;
  CHECK(errno == EMFILE && Last == 63);
  CHECK_ERRNO(pipe(P), EMFILE);
  CHECK_ERRNO(socket(AF_INET, SOCK_STREAM, 0), EMFILE);
  CHECK_ERRNO(socketpair(AF_UNIX, SOCK_STREAM, 0, P), EMFILE);
  CHECK_ERRNO(open("/", O_RDONLY), EMFILE);
  CHECK_ERRNO(dup2(0, 64), EBADF);
}
static void tooManyInThread(void) { inThread(tooMany); }

int main(void) {
  everywhere(dups);
  CHECK(inChild(tooMany) == 0);
  CHECK(inChild(tooManyInThread) == 0);
  return 0;
}
