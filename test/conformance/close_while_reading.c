// RUN: %clang %s -o %t && %native %t && (ulimit -Sn 1024 && %native %t) && (ulimit -n 1024 && %native %t)
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc && (ulimit -Sn 1024 && %run %t.oc) && (ulimit -n 1024 && %run %t.oc)
// Intent: closing a descriptor that another thread reads from does not disturb
// that read: it keeps the file, even while the number names another one, which
// is the next that is opened, and however few descriptors there may be. A child
// that is forked meanwhile does not have the file.
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

/// The same for a child: whether the reader was blocked when it was forked.
static int attemptFork(long HeadStartMs) {
  char C;
  int Up[2];
  CHECK(pipe(P) == 0 && pipe(Other) == 0 && pipe(Up) == 0);
  pthread_t T = start(reader, NULL);
  sleepMs(HeadStartMs);
  CHECK(close(P[0]) == 0);
  pid_t Pid = fork();
  CHECK(Pid >= 0);
  if (Pid == 0) {
    CHECK(close(P[1]) == 0 && close(Other[1]) == 0 && close(Up[1]) == 0);
    CHECK(read(Other[0], &C, 1) == 0); // Lives as long as the parent wants.
    _exit(0);
  }
  CHECK(close(Up[1]) == 0 && read(Up[0], &C, 1) == 0 && close(Up[0]) == 0);
  if (write(P[1], "d", 1) == -1)
    CHECK(errno == EPIPE);
  int Blocked = join(T) == NULL;
  CHECK_ERRNO(write(P[1], "e", 1), EPIPE);
  CHECK(close(P[1]) == 0 && close(Other[0]) == 0 && close(Other[1]) == 0);
  CHECK(waitpid(Pid, NULL, 0) == Pid);
  return Blocked;
}

static void forks(void) {
  for (long Ms = 20; !attemptFork(Ms); Ms *= 2)
    CHECK(Ms < 5000);
}

int main(void) {
  signal(SIGPIPE, SIG_IGN);
  closes();
  inThread(closes);
  forks();
  inThread(forks);
  return 0;
}
