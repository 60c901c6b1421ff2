// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: recv and send honour MSG_DONTWAIT, MSG_PEEK, MSG_WAITALL, MSG_TRUNC
// and MSG_NOSIGNAL on unix and TCP sockets, and wait without them.
#include "check.h"

static void *twoParts(void *Arg) {
  int Fd = *(int *)Arg;
  CHECK(KEEPS_ERRNO(send(Fd, "first", 5, 0)) == 5);
  sleepMs(20);
  CHECK(send(Fd, "second", 6, 0) == 6);
  return NULL;
}

static void stream(int S[2]) {
  char Buf[32];
  CHECK_ERRNO(recv(S[0], Buf, 1, MSG_DONTWAIT), EAGAIN);
  CHECK_ERRNO(recv(S[0], Buf, 1, MSG_DONTWAIT | MSG_PEEK), EAGAIN);

  pthread_t T = start(twoParts, &S[1]);
  CHECK(KEEPS_ERRNO(recv(S[0], Buf, sizeof(Buf), MSG_PEEK)) >= 5);
  CHECK(KEEPS_ERRNO(recv(S[0], Buf, 11, MSG_WAITALL)) == 11);
  CHECK(memcmp(Buf, "firstsecond", 11) == 0);
  join(T);

  // MSG_WAITALL ends early at the end of the stream.
  CHECK(send(S[1], "abc", 3, MSG_NOSIGNAL) == 3);
  CHECK(KEEPS_ERRNO(recv(S[0], Buf, 2, MSG_DONTWAIT)) == 2);
  CHECK(KEEPS_ERRNO(recv(S[0], Buf, 0, 0)) == 0); // Does not wait.
  CHECK(KEEPS_ERRNO(shutdown(S[1], SHUT_WR)) == 0);
  CHECK(KEEPS_ERRNO(recv(S[0], Buf, sizeof(Buf), MSG_WAITALL)) == 1);
  CHECK(Buf[0] == 'c');
  CHECK(KEEPS_ERRNO(recv(S[0], Buf, sizeof(Buf), MSG_WAITALL)) == 0);
  CHECK(KEEPS_ERRNO(recv(S[0], Buf, 1, MSG_PEEK)) == 0);

  CHECK(send(S[0], "xyz", 3, 0) == 3);
  CHECK_ERRNO(recv(S[1], (void *)8, 3, 0), EFAULT);
  CHECK_ERRNO(send(S[0], (void *)8, 3, 0), EFAULT);
  CHECK(close(S[0]) == 0 && close(S[1]) == 0);
}

/// MSG_WAITALL holds for more than the socket's buffer.
enum { Size = 1 << 20 };
static unsigned char *Data;
static void *sendAll(void *Arg) {
  CHECK(KEEPS_ERRNO(send(*(int *)Arg, Data, Size, 0)) == Size);
  return NULL;
}

static void bulk(int S[2]) {
  unsigned char *Buf = malloc(Size);
  pthread_t T = start(sendAll, &S[1]);
  CHECK(KEEPS_ERRNO(recv(S[0], Buf, Size, MSG_WAITALL)) == Size);
  join(T);
  CHECK(memcmp(Buf, Data, Size) == 0);
  free(Buf);
  CHECK(close(S[0]) == 0 && close(S[1]) == 0);
}

/// send with MSG_DONTWAIT sends what fits.
static void sendDontWait(int S[2]) {
  ssize_t N = send(S[0], Data, 8 * Size, MSG_DONTWAIT);
  CHECK(N > 0 && N < 8 * Size);
  while ((N = send(S[0], Data, Size, MSG_DONTWAIT)) > 0)
    ;
  CHECK(N == -1 && errno == EAGAIN);
  CHECK(close(S[0]) == 0 && close(S[1]) == 0);
}

static void unixStream(int S[2]) {
  CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, S) == 0);
}

static void flags(void) {
  int S[2];
  char C;
  for (int Tcp = 0; Tcp < 2; ++Tcp) {
    void (*Pair)(int[2]) = Tcp ? tcpPair : unixStream;
    Pair(S);
    stream(S);
    Pair(S);
    bulk(S);
    Pair(S);
    sendDontWait(S);
  }
  CHECK_ERRNO(recv(-1, &C, 1, 0), EBADF);
  CHECK_ERRNO(send(-1, &C, 1, 0), EBADF);
  CHECK(pipe(S) == 0);
  CHECK_ERRNO(recv(S[0], &C, 1, 0), ENOTSOCK);
  CHECK_ERRNO(recv(S[0], &C, 1, MSG_DONTWAIT), ENOTSOCK);
  CHECK_ERRNO(send(S[1], &C, 1, 0), ENOTSOCK);
  CHECK(close(S[0]) == 0 && close(S[1]) == 0);
}

int main(void) {
  Data = pattern(8 * Size);
  everywhere(flags);
  free(Data);
  return 0;
}
