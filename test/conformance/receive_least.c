// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: with SO_RCVLOWAT a stream socket's receives wait for that many bytes,
// or all they ask for if that is less, and return what there is at an end, a
// signal or a timeout; with MSG_PEEK and MSG_WAITALL they show what there is
// then, on unix sockets at once.
#include "check.h"
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/uio.h>

static void setLeast(int Fd, int Least) {
  CHECK(setsockopt(Fd, SOL_SOCKET, SO_RCVLOWAT, &Least, sizeof(Least)) == 0);
}

static void setTimeout(int Fd, long Ms) {
  struct timeval T = {Ms / 1000, Ms % 1000 * 1000};
  CHECK(setsockopt(Fd, SOL_SOCKET, SO_RCVTIMEO, &T, sizeof(T)) == 0);
}

enum Way { Read, Readv, Recv, Recvfrom, Recvmsg, Recvmmsg, NumWays };

static long receive(int Fd, enum Way Way, char *Buf, size_t N, int Flags) {
  struct iovec Parts[2] = {{Buf, 1}, {Buf + 1, N - 1}};
  struct mmsghdr M;
  memset(&M, 0, sizeof(M));
  M.msg_hdr.msg_iov = Parts;
  M.msg_hdr.msg_iovlen = 2;
  switch (Way) {
  case Read:
    return read(Fd, Buf, N);
  case Readv:
    return readv(Fd, Parts, 2);
  case Recv:
    return recv(Fd, Buf, N, Flags);
  case Recvfrom:
    return recvfrom(Fd, Buf, N, Flags, NULL, NULL);
  case Recvmsg:
    return recvmsg(Fd, &M.msg_hdr, Flags);
  default:
    return recvmmsg(Fd, &M, 1, Flags, NULL) == 1 ? (long)M.msg_len : -1;
  }
}

static int unread(int Fd) {
  int N = 0;
  CHECK(ioctl(Fd, FIONREAD, &N) == 0);
  return N;
}

static void openPair(int IsTcp, int S[2]) {
  if (IsTcp)
    tcpPair(S);
  else
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, S) == 0);
}

/// When the first three bytes have been taken, sends as many as TCP wakes a
/// reader for, or closes.
typedef struct {
  int From, To, Closes;
} Rest;
static void *sendRest(void *Arg) {
  Rest *R = Arg;
  while (unread(R->From))
    sched_yield();
  if (R->Closes)
    CHECK(shutdown(R->To, SHUT_WR) == 0);
  else
    CHECK(write(R->To, "defgh", 5) == 5);
  return NULL;
}

static void inParts(int IsTcp, enum Way Way) {
  int S[2];
  char Buf[16];
  openPair(IsTcp, S);
  setLeast(S[0], 5);
  for (int Closes = 0; Closes < 2; ++Closes) {
    CHECK(write(S[1], "abc", 3) == 3);
    Rest More = {S[0], S[1], Closes};
    pthread_t T = start(sendRest, &More);
    long Want = Closes ? 3 : 8;
    CHECK(KEEPS_ERRNO(receive(S[0], Way, Buf, sizeof(Buf), 0)) == Want);
    CHECK(!memcmp(Buf, "abcdefgh", (size_t)Want));
    join(T);
  }
  CHECK(receive(S[0], Way, Buf, sizeof(Buf), 0) == 0);
  CHECK(close(S[0]) == 0 && close(S[1]) == 0);
}

static void handler(int Signal) { (void)Signal; }

typedef struct {
  int Fd;
  pthread_t Whom;
} Knock;
static void *knock(void *Arg) {
  Knock *K = Arg;
  while (unread(K->Fd))
    sched_yield();
  CHECK(pthread_kill(K->Whom, SIGUSR1) == 0);
  return NULL;
}

/// What ends a receive that has some of what it waits for.
static void endsEarly(int IsTcp) {
  int S[2];
  char Buf[16];
  openPair(IsTcp, S);
  setLeast(S[0], 5);
  CHECK(write(S[1], "abc", 3) == 3);
  // Asked for less, or not to wait.
  CHECK(KEEPS_ERRNO(recv(S[0], Buf, 1, 0)) == 1);
  CHECK(KEEPS_ERRNO(recv(S[0], Buf, 9, MSG_DONTWAIT)) == 2);
  CHECK(write(S[1], "abc", 3) == 3);
  int On = 1;
  CHECK(ioctl(S[0], FIONBIO, &On) == 0);
  CHECK(KEEPS_ERRNO(read(S[0], Buf, 9)) == 3);
  On = 0;
  CHECK(ioctl(S[0], FIONBIO, &On) == 0);
  // A signal, although it would restart the call.
  struct sigaction A;
  memset(&A, 0, sizeof(A));
  A.sa_handler = handler;
  A.sa_flags = SA_RESTART;
  CHECK(sigaction(SIGUSR1, &A, NULL) == 0);
  CHECK(write(S[1], "abc", 3) == 3);
  Knock K = {S[0], pthread_self()};
  pthread_t T = start(knock, &K);
  CHECK(recv(S[0], Buf, 9, 0) == 3);
  join(T);
  // A timeout.
  setTimeout(S[0], 20);
  CHECK(write(S[1], "abc", 3) == 3);
  CHECK(KEEPS_ERRNO(recv(S[0], Buf, 9, 0)) == 3);
  CHECK_ERRNO(recv(S[0], Buf, 9, 0), EAGAIN);
  // MSG_PEEK: a unix socket shows what there is and does not wait.
  CHECK(write(S[1], "abc", 3) == 3);
  for (int Least = 1; Least < 6; Least += 4) {
    setLeast(S[0], Least);
    setTimeout(S[0], IsTcp ? 20 : 0);
    CHECK(KEEPS_ERRNO(recv(S[0], Buf, 9, MSG_PEEK | MSG_WAITALL)) == 3);
    CHECK(KEEPS_ERRNO(recv(S[0], Buf, 9, MSG_PEEK)) == 3);
  }
  CHECK(KEEPS_ERRNO(recv(S[0], Buf, 3, MSG_WAITALL)) == 3);
  CHECK(close(S[0]) == 0 && close(S[1]) == 0);
}

/// Datagrams come as they are.
static void datagrams(void) {
  int S[2];
  char Buf[16];
  CHECK(socketpair(AF_UNIX, SOCK_DGRAM, 0, S) == 0);
  setLeast(S[0], 5);
  CHECK(write(S[1], "abc", 3) == 3);
  CHECK(KEEPS_ERRNO(read(S[0], Buf, sizeof(Buf))) == 3);
  CHECK(close(S[0]) == 0 && close(S[1]) == 0);
}

static void all(void) {
  for (int IsTcp = 0; IsTcp < 2; ++IsTcp) {
    for (int Way = 0; Way < NumWays; ++Way)
      inParts(IsTcp, (enum Way)Way);
    endsEarly(IsTcp);
  }
  datagrams();
}

int main(void) {
  everywhere(all);
  return 0;
}
