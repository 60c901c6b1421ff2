// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: recvfrom and sendto keep datagram boundaries, fill in addresses,
// truncate as usual and wait for the next datagram, on UDP and unix sockets.
#include "check.h"

static int udp(struct sockaddr_in *Addr) {
  int Fd = KEEPS_ERRNO(socket(AF_INET, SOCK_DGRAM, 0));
  socklen_t Len = sizeof(*Addr);
  CHECK(Fd >= 0);
  memset(Addr, 0, sizeof(*Addr));
  Addr->sin_family = AF_INET;
  Addr->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  CHECK(bind(Fd, (struct sockaddr *)Addr, Len) == 0);
  CHECK(getsockname(Fd, (struct sockaddr *)Addr, &Len) == 0);
  return Fd;
}

typedef struct {
  int Fd;
  const void *To;
  socklen_t ToLen;
} Sender;

static void *sendLater(void *Arg) {
  Sender *S = Arg;
  sleepMs(20);
  CHECK(KEEPS_ERRNO(sendto(S->Fd, "late", 4, 0, S->To, S->ToLen)) == 4);
  return NULL;
}

static void udpSockets(void) {
  struct sockaddr_in A, B, From;
  int Fa = udp(&A), Fb = udp(&B);
  const struct sockaddr *ToB = (struct sockaddr *)&B;
  char Buf[32];
  socklen_t Len = sizeof(From);

  CHECK(KEEPS_ERRNO(sendto(Fa, "one", 3, 0, ToB, sizeof(B))) == 3);
  CHECK(KEEPS_ERRNO(sendto(Fa, "", 0, 0, ToB, sizeof(B))) == 0);
  CHECK(KEEPS_ERRNO(sendto(Fa, "three", 5, 0, ToB, sizeof(B))) == 5);
  ssize_t N = KEEPS_ERRNO(
      recvfrom(Fb, Buf, sizeof(Buf), 0, (struct sockaddr *)&From, &Len));
  CHECK(N == 3 && memcmp(Buf, "one", 3) == 0);
  CHECK(Len == sizeof(From) && From.sin_port == A.sin_port);
  CHECK(From.sin_addr.s_addr == htonl(INADDR_LOOPBACK));
  CHECK(recv(Fb, Buf, sizeof(Buf), 0) == 0); // An empty datagram.
  CHECK(recvfrom(Fb, Buf, 2, MSG_PEEK | MSG_TRUNC, NULL, NULL) == 5);
  CHECK(recvfrom(Fb, Buf, 2, 0, NULL, NULL) == 2); // The rest is lost.
  CHECK_ERRNO(recvfrom(Fb, Buf, 1, MSG_DONTWAIT, NULL, NULL), EAGAIN);

  // A short address buffer is filled as far as it goes.
  CHECK(sendto(Fa, "x", 1, 0, ToB, sizeof(B)) == 1);
  memset(&From, 0x55, sizeof(From));
  Len = 4;
  CHECK(recvfrom(Fb, Buf, 1, 0, (struct sockaddr *)&From, &Len) == 1);
  CHECK(Len == sizeof(From) && From.sin_port == A.sin_port);
  CHECK(From.sin_addr.s_addr == 0x55555555);

  Sender S = {Fa, &B, sizeof(B)};
  pthread_t T = start(sendLater, &S);
  Len = sizeof(From);
  N = KEEPS_ERRNO(recvfrom(Fb, Buf, sizeof(Buf), MSG_WAITALL,
                           (struct sockaddr *)&From, &Len));
  CHECK(N == 4 && From.sin_port == A.sin_port); // One datagram, whatever asked.
  join(T);
  T = start(sendLater, &S);
  CHECK(KEEPS_ERRNO(read(Fb, Buf, sizeof(Buf))) == 4);
  join(T);

  // Connected: send and write reach the peer, its port unreachable comes back.
  CHECK(KEEPS_ERRNO(connect(Fa, ToB, sizeof(B))) == 0);
  CHECK(send(Fa, "c", 1, 0) == 1 && write(Fa, "d", 1) == 1);
  CHECK(recv(Fb, Buf, 8, 0) == 1 && Buf[0] == 'c');
  CHECK(recv(Fb, Buf, 8, 0) == 1 && Buf[0] == 'd');
  CHECK(close(Fb) == 0);
  CHECK(send(Fa, "e", 1, 0) == 1);
  CHECK_ERRNO(recv(Fa, Buf, 1, 0), ECONNREFUSED);
  CHECK(close(Fa) == 0);

  Fa = udp(&A);
  char *Huge = calloc(1, 70000);
  CHECK_ERRNO(sendto(Fa, Huge, 70000, 0, ToB, sizeof(B)), EMSGSIZE);
  free(Huge);
  CHECK_ERRNO(sendto(Fa, "x", 1, 0, NULL, 0), EDESTADDRREQ);
  CHECK_ERRNO(sendto(Fa, "x", 1, 0, (struct sockaddr *)8, 16), EFAULT);
  CHECK_ERRNO(recvfrom(-1, Buf, 1, 0, NULL, NULL), EBADF);
  CHECK_ERRNO(sendto(-1, Buf, 1, 0, ToB, sizeof(B)), EBADF);
  CHECK(close(Fa) == 0);
}

static void unixSockets(void) {
  socklen_t ALen, BLen, Len;
  struct sockaddr_un A = unixAddress(&ALen), B = unixAddress(&BLen), From;
  int Fa = socket(AF_UNIX, SOCK_DGRAM, 0), Fb = socket(AF_UNIX, SOCK_DGRAM, 0);
  char Buf[32];
  CHECK(bind(Fa, (struct sockaddr *)&A, ALen) == 0);
  CHECK(bind(Fb, (struct sockaddr *)&B, BLen) == 0);

  Sender S = {Fa, &B, BLen};
  pthread_t T = start(sendLater, &S);
  Len = sizeof(From);
  CHECK(KEEPS_ERRNO(recvfrom(Fb, Buf, sizeof(Buf), 0, (struct sockaddr *)&From,
                             &Len)) == 4);
  CHECK(Len == ALen && memcmp(&From, &A, ALen) == 0);
  join(T);

  CHECK(sendto(Fa, "12", 2, 0, (struct sockaddr *)&B, BLen) == 2);
  CHECK(sendto(Fa, "345", 3, 0, (struct sockaddr *)&B, BLen) == 3);
  CHECK(recv(Fb, Buf, sizeof(Buf), 0) == 2);
  CHECK(recv(Fb, Buf, sizeof(Buf), 0) == 3);
  CHECK(close(Fb) == 0);
  CHECK_ERRNO(sendto(Fa, "x", 1, 0, (struct sockaddr *)&B, BLen), ECONNREFUSED);
  CHECK(close(Fa) == 0);

  int Q[2];
  CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, Q) == 0);
  CHECK(send(Q[0], "ab", 2, 0) == 2 && send(Q[0], "cde", 3, 0) == 3);
  CHECK(recv(Q[1], Buf, sizeof(Buf), MSG_WAITALL) == 2);
  CHECK(recv(Q[1], Buf, sizeof(Buf), 0) == 3);
  CHECK(close(Q[0]) == 0);
  CHECK(recv(Q[1], Buf, sizeof(Buf), 0) == 0);
  CHECK(close(Q[1]) == 0);
}

/// A sender to a full unix datagram queue waits for room.
enum { Many = 2000 };
static void *receiveMany(void *Arg) {
  char C;
  for (int I = 0; I < Many; ++I) {
    CHECK(recv(*(int *)Arg, &C, 1, 0) == 1);
    CHECK(C == (char)I);
  }
  return NULL;
}

static void fullQueue(void) {
  int S[2];
  CHECK(socketpair(AF_UNIX, SOCK_DGRAM, 0, S) == 0);
  pthread_t T = start(receiveMany, &S[1]);
  for (int I = 0; I < Many; ++I) {
    char C = (char)I;
    CHECK(KEEPS_ERRNO(send(S[0], &C, 1, 0)) == 1);
  }
  join(T);
  CHECK(close(S[0]) == 0 && close(S[1]) == 0);
}

static int Ends[2];
static Gate Receives = GATE_INIT;

static void *receiveNothing(void *Arg) {
  char C;
  post(&Receives);
  CHECK(KEEPS_ERRNO(recv(Ends[0], &C, 1, 0)) == 0);
  CHECK(KEEPS_ERRNO(read(Ends[0], &C, 1)) == 0); // And again.
  CHECK_ERRNO(recv(Ends[0], &C, 1, MSG_DONTWAIT), EAGAIN);
  // Unix sockets have no queue of errors and so receive; UDP has, and does not.
  struct iovec Part = {&C, 1};
  struct msghdr M = {.msg_iov = &Part, .msg_iovlen = 1};
  CHECK(KEEPS_ERRNO(recv(Ends[0], &C, 1, MSG_ERRQUEUE)) == 0);
  CHECK(KEEPS_ERRNO(recvmsg(Ends[0], &M, MSG_ERRQUEUE)) == 0);
  struct sockaddr_in Addr;
  int Udp = udp(&Addr);
  CHECK_ERRNO(recv(Udp, &C, 1, MSG_ERRQUEUE), EAGAIN);
  CHECK_ERRNO(recvmsg(Udp, &M, MSG_ERRQUEUE), EAGAIN);
  CHECK(close(Udp) == 0);
  return Arg;
}

/// A receive ends when its own end is shut down.
static void shutDown(void) {
  CHECK(socketpair(AF_UNIX, SOCK_DGRAM, 0, Ends) == 0);
  Receives.Count = 0;
  pthread_t T = start(receiveNothing, NULL);
  await(&Receives, 1);
  CHECK(KEEPS_ERRNO(shutdown(Ends[0], SHUT_RD)) == 0);
  join(T);
  join(start(receiveNothing, NULL));
  CHECK(close(Ends[0]) == 0 && close(Ends[1]) == 0);
}

int main(void) {
  shutDown();
  inThread(shutDown);
  everywhere(udpSockets);
  everywhere(unixSockets);
  everywhere(fullQueue);
  return 0;
}
