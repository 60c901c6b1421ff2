// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: a descriptor that the program made non-blocking answers EAGAIN at
// once; a blocking call never changes the file status flags that others share.
#include "check.h"
#include <sys/ioctl.h>

enum { Big = 1 << 20 };

static void eagain(void) {
  int P[2];
  char Buf[16];
  CHECK(KEEPS_ERRNO(pipe2(P, O_NONBLOCK | O_CLOEXEC)) == 0);
  CHECK(KEEPS_ERRNO(fcntl(P[0], F_GETFL)) == (O_RDONLY | O_NONBLOCK));
  CHECK(KEEPS_ERRNO(fcntl(P[0], F_GETFD)) == FD_CLOEXEC);
  CHECK_ERRNO(read(P[0], Buf, 1), EAGAIN);
  char *Data = calloc(1, Big);
  ssize_t N = write(P[1], Data, Big);
  CHECK(N > 0 && N < Big); // As much as fits.
  CHECK_ERRNO(write(P[1], Data, Big), EAGAIN);
  CHECK(close(P[0]) == 0 && close(P[1]) == 0);

  CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, P) == 0);
  CHECK_ERRNO(recv(P[0], Buf, 1, 0), EAGAIN);
  CHECK_ERRNO(read(P[0], Buf, 1), EAGAIN);
  N = send(P[1], Data, Big, 0);
  CHECK(N > 0 && N < Big);
  CHECK_ERRNO(send(P[1], Data, Big, 0), EAGAIN);
  CHECK(close(P[0]) == 0 && close(P[1]) == 0);
  free(Data);
}

static void *writeLater(void *Arg) {
  sleepMs(20);
  CHECK(write(*(int *)Arg, "data", 4) == 4);
  return NULL;
}

/// Turned on, off and on again, through a dup and by ioctl.
static void switched(void) {
  int P[2];
  char Buf[16];
  CHECK(pipe(P) == 0);
  int Twin = KEEPS_ERRNO(dup(P[0]));
  CHECK(Twin >= 0);
  CHECK(KEEPS_ERRNO(fcntl(P[0], F_SETFL, O_NONBLOCK)) == 0);
  CHECK_ERRNO(read(P[0], Buf, 1), EAGAIN);
  CHECK_ERRNO(read(Twin, Buf, 1), EAGAIN);

  CHECK(fcntl(Twin, F_SETFL, 0) == 0);
  pthread_t T = start(writeLater, &P[1]);
  CHECK(KEEPS_ERRNO(read(P[0], Buf, sizeof(Buf))) == 4);
  join(T);
  CHECK(fcntl(P[0], F_GETFL) == O_RDONLY && fcntl(Twin, F_GETFL) == O_RDONLY);

  int On = 1, Off = 0;
  CHECK(KEEPS_ERRNO(ioctl(Twin, FIONBIO, &On)) == 0);
  CHECK_ERRNO(read(P[0], Buf, 1), EAGAIN);
  CHECK(fcntl(P[0], F_GETFL) == O_NONBLOCK);
  CHECK(ioctl(P[0], FIONBIO, &Off) == 0);
  T = start(writeLater, &P[1]);
  CHECK(read(Twin, Buf, sizeof(Buf)) == 4);
  join(T);
  CHECK(close(Twin) == 0 && close(P[0]) == 0 && close(P[1]) == 0);
}

/// While a thread is blocked in read, nobody sees O_NONBLOCK on the file.
static int Watched[2];
static void *blockedReader(void *Arg) {
  char C;
  (void)Arg;
  CHECK(KEEPS_ERRNO(read(Watched[0], &C, 1)) == 1);
  return NULL;
}

static void unseen(void) {
  for (int Kind = 0; Kind < 2; ++Kind) {
    if (Kind == 0)
      CHECK(pipe(Watched) == 0);
    else
      CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, Watched) == 0);
    int Twin = dup(Watched[0]), Flags = fcntl(Twin, F_GETFL);
    CHECK(!(Flags & O_NONBLOCK));
    pthread_t T = start(blockedReader, NULL);
    for (int I = 0; I < 20; ++I) {
      CHECK(fcntl(Twin, F_GETFL) == Flags);
      CHECK(fcntl(Watched[0], F_GETFL) == Flags);
      sleepMs(1);
    }
    CHECK(write(Watched[1], "x", 1) == 1);
    join(T);
    CHECK(fcntl(Twin, F_GETFL) == Flags);
    CHECK(close(Twin) == 0 && close(Watched[0]) == 0 && close(Watched[1]) == 0);
  }
}

int main(void) {
  everywhere(eagain);
  everywhere(switched);
  unseen();
  inThread(unseen);
  return 0;
}
