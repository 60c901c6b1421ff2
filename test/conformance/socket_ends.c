// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: how a call on a socket ends that has moved a part of its data, or
// that waits: by an error, which the next call tells, by urgent data, by a
// shutdown of either end, by the timeout of the socket that accepted it.
#include "check.h"
#include <netinet/tcp.h>

enum { Big = 16 << 20 };
static char *Data;

static void reset(int Fd) {
  struct linger Now = {1, 0};
  CHECK(setsockopt(Fd, SOL_SOCKET, SO_LINGER, &Now, sizeof Now) == 0);
  CHECK(close(Fd) == 0);
}

/// A call in a thread, which waits.
typedef struct {
  int Fd;
  long (*Call)(int Fd);
  long Result;
  int Error;
  pid_t Id;
  Gate There;
  pthread_t Thread;
} Waiting;

static void *waits(void *Arg) {
  Waiting *W = Arg;
  W->Id = gettid();
  post(&W->There);
  W->Result = W->Call(W->Fd);
  W->Error = errno;
  return NULL;
}

static void begin(Waiting *W, int Fd, long (*Call)(int)) {
  *W = (Waiting){.Fd = Fd, .Call = Call, .There = GATE_INIT};
  W->Thread = start(waits, W);
  await(&W->There, 1);
  settle(W->Id);
}

/// What depends on whether a thread waits already, of which nothing tells, is
/// tried until it does.
static void often(int (*Try)(void)) {
  for (int I = 0; I < 50; ++I)
    if (Try())
      return;
  CHECK(!"it happens");
}

static long sendBig(int Fd) { return send(Fd, Data, Big, 0); }
static long sendSome(int Fd) { return send(Fd, Data, 1000, 0); }
static long receiveSix(int Fd) { return recv(Fd, Data, 6, MSG_WAITALL); }

/// The peer resets a connection through which a part has gone.
static void resetInPart(void) {
  int S[2];
  Waiting W;
  tcpPair(S);
  begin(&W, S[0], sendBig);
  CHECK(readAll(S[1], Data, 1) == 1);
  reset(S[1]);
  join(W.Thread);
  CHECK(W.Result > 0 && W.Result < Big);
  CHECK_ERRNO(send(S[0], "x", 1, 0), ECONNRESET); // And no SIGPIPE.
  CHECK_ERRNO(send(S[0], "x", 1, MSG_NOSIGNAL), EPIPE);
  CHECK(close(S[0]) == 0);

  tcpPair(S);
  begin(&W, S[0], receiveSix);
  CHECK(send(S[1], "abc", 3, 0) == 3);
  settle(W.Id);
  reset(S[1]);
  join(W.Thread);
  CHECK(W.Result == 3);
  CHECK_ERRNO(recv(S[0], Data, 6, 0), ECONNRESET);
  CHECK(close(S[0]) == 0);
}

static long receiveTwo(int Fd) {
  struct iovec Parts[2] = {{Data, 4}, {Data + 4, 4}};
  struct mmsghdr M[2] = {0};
  for (int I = 0; I < 2; ++I) {
    M[I].msg_hdr.msg_iov = &Parts[I];
    M[I].msg_hdr.msg_iovlen = 1;
  }
  return recvmmsg(Fd, M, 2, 0, NULL);
}

/// A datagram, and then the news that nobody hears us.
static int errorAfterDatagram(void) {
  struct sockaddr_in A, B;
  socklen_t Len = sizeof A;
  int Fd[2];
  for (int I = 0; I < 2; ++I) {
    Fd[I] = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in *Addr = I ? &B : &A;
    *Addr = (struct sockaddr_in){.sin_family = AF_INET};
    Addr->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK(bind(Fd[I], (struct sockaddr *)Addr, Len) == 0);
    CHECK(getsockname(Fd[I], (struct sockaddr *)Addr, &Len) == 0);
  }
  CHECK(connect(Fd[0], (struct sockaddr *)&B, Len) == 0);
  Waiting W;
  begin(&W, Fd[0], receiveTwo);
  CHECK(sendto(Fd[1], "ab", 2, 0, (struct sockaddr *)&A, Len) == 2);
  CHECK(close(Fd[1]) == 0);
  sleepMs(20); // Until it waits for the second.
  CHECK(send(Fd[0], "x", 1, 0) == 1);
  join(W.Thread);
  if (W.Result == 1)
    CHECK_ERRNO(recv(Fd[0], Data, 4, MSG_DONTWAIT), ECONNREFUSED);
  CHECK(close(Fd[0]) == 0);
  return W.Result == 1;
}

static void shutDown(void) {
  for (int Type = 0; Type < 2; ++Type)
    for (int Peer = 0; Peer < 2; ++Peer) {
      int S[2];
      Waiting W;
      CHECK(socketpair(AF_UNIX, Type ? SOCK_SEQPACKET : SOCK_STREAM, 0, S) ==
            0);
      while (send(S[0], Data, 1000, MSG_DONTWAIT) > 0)
        ;
      begin(&W, S[0], sendSome);
      CHECK(shutdown(S[Peer], Peer ? SHUT_RD : SHUT_WR) == 0);
      join(W.Thread);
      CHECK(W.Result == -1 && W.Error == EPIPE);
      CHECK(close(S[0]) == 0 && close(S[1]) == 0);
    }
}

static volatile int Pipes;
static void onPipe(int Signal) { Pipes += Signal == SIGPIPE; }

/// The peer closes with something that it has not read.
static int closeUnread(void) {
  int S[2];
  Waiting W;
  CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, S) == 0);
  while (send(S[0], Data, 1000, MSG_DONTWAIT) > 0)
    ;
  Pipes = 0;
  signal(SIGPIPE, onPipe);
  begin(&W, S[0], sendSome);
  CHECK(close(S[1]) == 0);
  join(W.Thread);
  signal(SIGPIPE, SIG_IGN);
  CHECK(W.Result == -1 && (W.Error == ECONNRESET || W.Error == EPIPE));
  CHECK(Pipes == (W.Error == EPIPE)); // It came after the close.
  CHECK(close(S[0]) == 0);
  return W.Error == ECONNRESET;
}

static void urgent(void) {
  int S[2];
  Waiting W;
  tcpPair(S);
  begin(&W, S[0], receiveSix);
  CHECK(send(S[1], "abc", 3, 0) == 3);
  settle(W.Id);
  CHECK(send(S[1], "U", 1, MSG_OOB) == 1);
  CHECK(send(S[1], "defghi", 6, 0) == 6);
  join(W.Thread);
  CHECK(W.Result == 3);
  CHECK(recv(S[0], Data, 6, MSG_WAITALL) == 6 &&
        memcmp(Data, "defghi", 6) == 0);
  CHECK(close(S[0]) == 0 && close(S[1]) == 0);
}

/// What the flags were when the call began counts.
static int nonBlockingMeanwhile(void) {
  int S[2];
  Waiting W;
  tcpPair(S);
  char *Got = malloc(Big);
  begin(&W, S[0], sendBig);
  CHECK(readAll(S[1], Got, 1) == 1);
  sleepMs(20); // Until it waits.
  CHECK(fcntl(S[0], F_SETFL, O_NONBLOCK) == 0);
  CHECK(fcntl(S[1], F_SETFL, O_NONBLOCK) == 0);
  size_t Left = Big - 1;
  for (ssize_t N; Left && pthread_tryjoin_np(W.Thread, NULL) != 0;)
    if ((N = read(S[1], Got, Left)) > 0)
      Left -= (size_t)N;
  free(Got);
  if (!Left)
    join(W.Thread);
  CHECK(close(S[0]) == 0 && close(S[1]) == 0);
  return W.Result == Big;
}

static void timeouts(void) {
  struct sockaddr_in Addr;
  struct timeval Time = {0, 30000};
  int L = listenTcp(&Addr), Names[] = {SO_RCVTIMEO, SO_SNDTIMEO};
  for (int I = 0; I < 2; ++I)
    CHECK(setsockopt(L, SOL_SOCKET, Names[I], &Time, sizeof Time) == 0);
  int C = connectTcp(&Addr), S = accept(L, NULL, NULL);
  CHECK(S >= 0); // It has inherited the timeouts.
  CHECK_ERRNO(recv(S, Data, 1, 0), EAGAIN);
  while (send(S, Data, Big, 0) > 0)
    ;
  CHECK(errno == EAGAIN);
  CHECK(close(S) == 0 && close(C) == 0 && close(L) == 0);

  int P[2];
  CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, P) == 0);
  CHECK(setsockopt(P[0], SOL_SOCKET, SO_SNDTIMEO, &Time, sizeof Time) == 0);
#if defined SO_RCVTIMEO_NEW
  long long New[2] = {0, 30000};
  CHECK(setsockopt(P[0], SOL_SOCKET, SO_RCVTIMEO_NEW, New, sizeof New) == 0);
  CHECK_ERRNO(recv(P[0], Data, 1, 0), EAGAIN);
#endif
  // Nothing follows a message of which a part has gone.
  struct iovec Parts[2] = {{Data, Big}, {Data, 4}};
  struct mmsghdr M[2] = {0};
  for (int I = 0; I < 2; ++I) {
    M[I].msg_hdr.msg_iov = &Parts[I];
    M[I].msg_hdr.msg_iovlen = 1;
  }
  CHECK(sendmmsg(P[0], M, 2, 0) == 1);
  CHECK(M[0].msg_len > 0 && M[0].msg_len < Big && M[1].msg_len == 0);
  CHECK(close(P[0]) == 0 && close(P[1]) == 0);
}

static void fastOpen(void) {
  struct sockaddr_in Addr;
  int L = listenTcp(&Addr), C = socket(AF_INET, SOCK_STREAM, 0);
  CHECK(sendto(C, "hello", 5, MSG_FASTOPEN, (struct sockaddr *)&Addr,
               sizeof Addr) == 5);
  int S = accept(L, NULL, NULL);
  CHECK(recv(S, Data, 9, 0) == 5);
  CHECK(close(S) == 0 && close(C) == 0 && close(L) == 0);
  C = socket(AF_INET, SOCK_STREAM, 0);
  CHECK_ERRNO(sendto(C, "hello", 5, MSG_FASTOPEN, (struct sockaddr *)&Addr,
                     sizeof Addr),
              ECONNREFUSED);
  CHECK(close(C) == 0);
}

static void all(void) {
  resetInPart();
  often(errorAfterDatagram);
  shutDown();
  often(closeUnread);
  urgent();
  often(nonBlockingMeanwhile);
  timeouts();
  fastOpen();
}

int main(void) {
  Data = calloc(1, Big);
  signal(SIGPIPE, SIG_IGN);
  all();
  inThread(all);
  return 0;
}
