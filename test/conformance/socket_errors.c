// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: refused, reset, unconnected and half-closed connections give the
// kernel's errors, whether the call finds them at once or while it waits.
#include "check.h"

static void *resetLater(void *Arg) {
  struct linger Hard = {1, 0};
  int Fd = *(int *)Arg;
  sleepMs(20);
  CHECK(setsockopt(Fd, SOL_SOCKET, SO_LINGER, &Hard, sizeof(Hard)) == 0);
  CHECK(close(Fd) == 0);
  return NULL;
}

static void *shutdownLater(void *Arg) {
  sleepMs(20);
  CHECK(KEEPS_ERRNO(shutdown(*(int *)Arg, SHUT_RDWR)) == 0);
  return NULL;
}

static void errors(void) {
  struct sockaddr_in Addr;
  const struct sockaddr *To = (struct sockaddr *)&Addr;
  char C;
  int S[2];

  // A port where nobody listens: bound, so that nobody else gets it.
  int Bound = socket(AF_INET, SOCK_STREAM, 0);
  socklen_t Len = sizeof(Addr);
  memset(&Addr, 0, sizeof(Addr));
  Addr.sin_family = AF_INET;
  Addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  CHECK(bind(Bound, To, Len) == 0);
  CHECK(getsockname(Bound, (struct sockaddr *)&Addr, &Len) == 0);
  int Fd = socket(AF_INET, SOCK_STREAM, 0);
  CHECK_ERRNO(connect(Fd, To, sizeof(Addr)), ECONNREFUSED);
  CHECK_ERRNO(recv(Fd, &C, 1, 0), ENOTCONN);
  CHECK_ERRNO(send(Fd, &C, 1, MSG_NOSIGNAL), EPIPE);
  CHECK_ERRNO(shutdown(Fd, SHUT_RD), ENOTCONN);
  CHECK_ERRNO(accept(Fd, NULL, NULL), EINVAL);
  CHECK(close(Fd) == 0 && close(Bound) == 0);

  // Reset while the reader waits, and found later by reader and writer.
  tcpPair(S);
  pthread_t T = start(resetLater, &S[1]);
  CHECK_ERRNO(recv(S[0], &C, 1, 0), ECONNRESET);
  join(T);
  CHECK(KEEPS_ERRNO(recv(S[0], &C, 1, 0)) == 0); // The error is told once.
  CHECK_ERRNO(send(S[0], &C, 1, MSG_NOSIGNAL), EPIPE);
  CHECK(close(S[0]) == 0);

  // Reset while the writer waits.
  tcpPair(S);
  char *Data = calloc(1, 16 << 20);
  T = start(resetLater, &S[1]);
  ssize_t N = send(S[0], Data, 16 << 20, MSG_NOSIGNAL);
  if (N >= 0) // Some was sent; the next call tells.
    N = send(S[0], Data, 16 << 20, MSG_NOSIGNAL);
  CHECK(N == -1 && (errno == ECONNRESET || errno == EPIPE));
  join(T);
  free(Data);
  CHECK(close(S[0]) == 0);

  // shutdown of one's own end wakes a blocked reader.
  for (int Tcp = 0; Tcp < 2; ++Tcp) {
    if (Tcp)
      tcpPair(S);
    else
      CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, S) == 0);
    T = start(shutdownLater, &S[0]);
    CHECK(KEEPS_ERRNO(recv(S[0], &C, 1, 0)) == 0);
    join(T);
    CHECK_ERRNO(send(S[0], &C, 1, MSG_NOSIGNAL), EPIPE);
    CHECK(KEEPS_ERRNO(read(S[1], &C, 1)) == 0);
    CHECK(close(S[0]) == 0 && close(S[1]) == 0);
  }

  // shutdown of a listener wakes a blocked accept.
  Fd = listenTcp(&Addr);
  T = start(shutdownLater, &Fd);
  CHECK_ERRNO(accept(Fd, NULL, NULL), EINVAL);
  join(T);
  CHECK(close(Fd) == 0);

  CHECK_ERRNO(shutdown(-1, SHUT_RD), EBADF);
  CHECK(pipe(S) == 0);
  CHECK_ERRNO(shutdown(S[0], SHUT_RD), ENOTSOCK);
  CHECK_ERRNO(accept(S[0], NULL, NULL), ENOTSOCK);
  CHECK_ERRNO(connect(S[0], To, sizeof(Addr)), ENOTSOCK);
  CHECK(close(S[0]) == 0 && close(S[1]) == 0);
  CHECK_ERRNO(socket(-1, SOCK_STREAM, 0), EAFNOSUPPORT);
  CHECK_ERRNO(socket(AF_INET, 77, 0), EINVAL);
  CHECK_ERRNO(socketpair(AF_INET, SOCK_STREAM, 0, S), EOPNOTSUPP);
}

int main(void) {
  everywhere(errors);
  return 0;
}
