// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: a thread inside write, writev, send or sendmsg goes on writing to its
// file when another closes the number and puts another file there.
#include "check.h"
#include <sys/uio.h>

enum { Big = 1 << 20 };
static int P[2];
static unsigned char *Data;

typedef ssize_t Write(int Fd);
static ssize_t byWrite(int Fd) { return write(Fd, Data, Big); }
static ssize_t byWritev(int Fd) {
  struct iovec V[] = {{Data, 1000}, {Data + 1000, Big - 1000}};
  return writev(Fd, V, 2);
}
static ssize_t bySend(int Fd) { return send(Fd, Data, Big, 0); }
static ssize_t bySendmsg(int Fd) {
  struct iovec V = {Data, Big};
  struct msghdr M = {.msg_iov = &V, .msg_iovlen = 1};
  return sendmsg(Fd, &M, 0);
}
static Write *const Writes[] = {byWrite, byWritev, bySend, bySendmsg};

static void *writer(void *Arg) {
  Write *Call = *(Write *const *)Arg;
  CHECK(KEEPS_ERRNO(Call(P[1])) == Big);
  return NULL;
}

static void closes(void) {
  for (int Kind = 0; Kind < 3; ++Kind)
    for (int I = 0; I < (Kind == 0 ? 2 : 4); ++I) {
      int Other[2];
      char C;
      CHECK(pipe2(Other, O_NONBLOCK) == 0);
      if (Kind == 0)
        CHECK(pipe(P) == 0);
      else if (Kind == 1)
        CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, P) == 0);
      else
        tcpPair(P);
      pthread_t T = start(writer, (void *)&Writes[I]);
      CHECK(read(P[0], &C, 1) == 1); // It is inside its call.
      if (I % 2)
        CHECK(KEEPS_ERRNO(dup2(Other[1], P[1])) == P[1]);
      else
        CHECK(KEEPS_ERRNO(close(P[1])) == 0 &&
              fcntl(Other[1], F_DUPFD, P[1]) == P[1]);
      unsigned char *Got = malloc(Big);
      Got[0] = (unsigned char)C;
      CHECK(readAll(P[0], Got + 1, Big - 1) == Big - 1);
      CHECK(memcmp(Got, Data, Big) == 0);
      free(Got);
      join(T);
      CHECK(readAll(P[0], &C, 1) == 0); // The writer had the last reference.
      CHECK_ERRNO(read(Other[0], &C, 1), EAGAIN);
      CHECK(close(P[0]) == 0 && close(P[1]) == 0);
      CHECK(close(Other[0]) == 0 && close(Other[1]) == 0);
    }
}

int main(void) {
  Data = pattern(Big);
  closes();
  inThread(closes);
  return 0;
}
