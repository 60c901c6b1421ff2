// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: the checked entry points that _FORTIFY_SOURCE calls (__read_chk,
// __pread_chk, __pread64_chk, __recv_chk, __recvfrom_chk, __poll_chk,
// __ppoll_chk) act as the plain ones, wait as they do, and abort when the
// buffer is too small.
#include "check.h"
#include <poll.h>

ssize_t __read_chk(int, void *, size_t, size_t);
ssize_t __pread_chk(int, void *, size_t, off_t, size_t);
ssize_t __pread64_chk(int, void *, size_t, off64_t, size_t);
ssize_t __recv_chk(int, void *, size_t, size_t, int);
ssize_t __recvfrom_chk(int, void *, size_t, size_t, int, struct sockaddr *,
                       socklen_t *);
int __poll_chk(struct pollfd *, nfds_t, int, size_t);
int __ppoll_chk(struct pollfd *, nfds_t, const struct timespec *,
                const sigset_t *, size_t);

static void *writeLater(void *Arg) {
  sleepMs(20);
  CHECK(write(*(int *)Arg, "late", 4) == 4);
  return NULL;
}

static void checked(void) {
  int S[2];
  char Buf[8];
  CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, S) == 0);

  pthread_t T = start(writeLater, &S[1]);
  CHECK(KEEPS_ERRNO(__read_chk(S[0], Buf, 8, 8)) == 4);
  join(T);
  T = start(writeLater, &S[1]);
  CHECK(KEEPS_ERRNO(__recv_chk(S[0], Buf, 8, 8, 0)) == 4);
  join(T);
  T = start(writeLater, &S[1]);
  struct pollfd Poll = {S[0], POLLIN, 0};
  CHECK(KEEPS_ERRNO(__poll_chk(&Poll, 1, -1, sizeof(Poll))) == 1);
  CHECK(KEEPS_ERRNO(__ppoll_chk(&Poll, 1, NULL, NULL, sizeof(Poll))) == 1);
  CHECK(Poll.revents == POLLIN);
  CHECK(KEEPS_ERRNO(__recvfrom_chk(S[0], Buf, 8, 8, 0, NULL, NULL)) == 4);
  join(T);
  CHECK(memcmp(Buf, "late", 4) == 0);
  CHECK_ERRNO(__recv_chk(S[0], Buf, 8, 8, MSG_DONTWAIT), EAGAIN);
  CHECK_ERRNO(__read_chk(-1, Buf, 8, 8), EBADF);
  CHECK_ERRNO(__pread_chk(S[0], Buf, 8, 0, 8), ESPIPE);
  CHECK(close(S[0]) == 0 && close(S[1]) == 0);
  S[0] = open("/proc/self/exe", O_RDONLY);
  CHECK(KEEPS_ERRNO(__pread_chk(S[0], Buf, 3, 1, 8)) == 3);
  CHECK(memcmp(Buf, "ELF", 3) == 0);
  CHECK(KEEPS_ERRNO(__pread64_chk(S[0], Buf, 2, 2, 8)) == 2);
  CHECK(memcmp(Buf, "LF", 2) == 0 && close(S[0]) == 0);
}

static void preadTooMuch(void) {
  char Buf[8];
  dieQuietly();
  __pread_chk(0, Buf, 9, 0, 8);
}

static void readTooMuch(void) {
  char Buf[8];
  dieQuietly();
  __read_chk(0, Buf, 9, 8);
}
static void recvTooMuch(void) {
  char Buf[8];
  dieQuietly();
  __recv_chk(0, Buf, 9, 8, 0);
}
static void recvfromTooMuch(void) {
  char Buf[8];
  dieQuietly();
  __recvfrom_chk(0, Buf, 9, 8, 0, NULL, NULL);
}
static void pollTooMany(void) {
  struct pollfd Poll = {0, POLLIN, 0};
  dieQuietly();
  __poll_chk(&Poll, 2, 0, sizeof(Poll));
}
static void readTooMuchInThread(void) { inThread(readTooMuch); }

int main(void) {
  everywhere(checked);
  void (*Overflows[])(void) = {readTooMuch, preadTooMuch,
                               recvTooMuch, recvfromTooMuch,
                               pollTooMany, readTooMuchInThread};
  for (size_t I = 0; I < sizeof(Overflows) / sizeof(*Overflows); ++I) {
    int Status = inChild(Overflows[I]);
    CHECK(WIFSIGNALED(Status) && WTERMSIG(Status) == SIGABRT);
  }
  return 0;
}
