// RUN: %clang %s -o %t && %native %t && (ulimit -Sn 1024 && %native %t) && (ulimit -n 1024 && %native %t)
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc && (ulimit -Sn 1024 && %run %t.oc) && (ulimit -n 1024 && %run %t.oc)
// Intent: closing a descriptor that another thread reads from does not disturb
// that read: it keeps the file, even while the number names another one, which
// is the next that is opened, and however few descriptors there may be.
#include "check.h"

static int P[2], Other[2];

/// Returns NULL if the byte came from the file that was closed.
static void *reader(void *Arg) {
  char C = 0;
  ssize_t N = Arg ? recv(P[0], &C, 1, 0) : read(P[0], &C, 1);
  if (N == -1) // The read began too late.
    CHECK(errno == EBADF || errno == ENOTSOCK);
  return N == 1 && C == 'd' ? NULL : (void *)1;
}

/// Whether the reader was blocked, as the test wants, when its file was closed.
static int attempt(int Kind, long HeadStartMs) {
  char C;
  CHECK(pipe(Other) == 0);
  if (Kind == 0)
    CHECK(pipe(P) == 0);
  else if (Kind == 1)
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, P) == 0);
  else
    tcpPair(P);
  pthread_t T = start(reader, Kind ? P : NULL);
  sleepMs(HeadStartMs);
  CHECK(KEEPS_ERRNO(close(P[0])) == 0);
  // The number is free again, and then names another file.
  CHECK(fcntl(Other[0], F_DUPFD, P[0]) == P[0]);
  CHECK(write(Other[1], "o", 1) == 1);
  // Fails only if the reader, and so the file's last user, came too late.
  if (write(P[1], "d", 1) == -1)
    CHECK(errno == EPIPE || errno == ECONNRESET);
  int Blocked = join(T) == NULL;
  if (Blocked)
    CHECK(read(P[0], &C, 1) == 1 && C == 'o');
  CHECK(close(P[0]) == 0 && close(P[1]) == 0);
  CHECK(close(Other[0]) == 0 && close(Other[1]) == 0);
  return Blocked;
}

static void closes(void) {
  for (int Kind = 0; Kind < 3; ++Kind)
    for (long Ms = 20; !attempt(Kind, Ms); Ms *= 2)
      CHECK(Ms < 5000);
}

int main(void) {
  signal(SIGPIPE, SIG_IGN);
  closes();
  inThread(closes);
  return 0;
}
