// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: ioctl FIONREAD counts what is waiting, FIONBIO switches blocking, and
// errors are the kernel's.
#include "check.h"
#include <sys/ioctl.h>

static void ioctls(void) {
  int P[2], N = -1, On = 1, Off = 0;
  char Buf[16];
  CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, P) == 0);
  CHECK(KEEPS_ERRNO(ioctl(P[0], FIONREAD, &N)) == 0 && N == 0);
  CHECK(write(P[1], "12345", 5) == 5);
  CHECK(KEEPS_ERRNO(ioctl(P[0], FIONREAD, &N)) == 0 && N == 5);
  CHECK(read(P[0], Buf, sizeof(Buf)) == 5);
  CHECK(KEEPS_ERRNO(ioctl(P[0], FIONBIO, &On)) == 0);
  CHECK_ERRNO(recv(P[0], Buf, 1, 0), EAGAIN);
  CHECK(fcntl(P[0], F_GETFL) == (O_RDWR | O_NONBLOCK));
  CHECK(KEEPS_ERRNO(ioctl(P[0], FIONBIO, &Off)) == 0);
  CHECK(fcntl(P[0], F_GETFL) == O_RDWR);
  CHECK(KEEPS_ERRNO(ioctl(P[0], FIOCLEX)) == 0);
  CHECK(fcntl(P[0], F_GETFD) == FD_CLOEXEC);
  CHECK(close(P[0]) == 0 && close(P[1]) == 0);
  CHECK_ERRNO(ioctl(-1, FIONREAD, &N), EBADF);
  CHECK_ERRNO(ioctl(-1, FIONBIO, &On), EBADF);
  int Null = open("/dev/null", O_RDWR);
  CHECK_ERRNO(ioctl(Null, TIOCGWINSZ, Buf), ENOTTY);
  CHECK(close(Null) == 0);
}

int main(void) {
  everywhere(ioctls);
  return 0;
}
