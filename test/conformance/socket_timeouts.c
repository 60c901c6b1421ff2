// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: SO_RCVTIMEO and SO_SNDTIMEO, set by setsockopt, end a wait with
// EAGAIN (connect: EINPROGRESS) after their time and not before; zero waits for
// ever. Data that came before a wait's end was seen counts.
#include "check.h"
#include <poll.h>

static void setTimeout(int Fd, int Which, long Ms) {
  struct timeval T = {Ms / 1000, Ms % 1000 * 1000};
  CHECK(KEEPS_ERRNO(setsockopt(Fd, SOL_SOCKET, Which, &T, sizeof(T))) == 0);
}

static void *writeLater(void *Arg) {
  sleepMs(20);
  CHECK(write(*(int *)Arg, "x", 1) == 1);
  return NULL;
}

enum { Ms = 20, Size = 1 << 20 };

#define CHECK_TIMES_OUT(Expr, Err)                                             \
  do {                                                                         \
    Moment From_ = now();                                                      \
    CHECK_ERRNO(Expr, Err);                                                    \
    CHECK(mayTimeOut(From_, Ms));                                              \
  } while (0)

static void receives(int S[2]) {
  char Buf[16];
  setTimeout(S[0], SO_RCVTIMEO, Ms);
  CHECK_TIMES_OUT(recv(S[0], Buf, 1, 0), EAGAIN);
  CHECK_TIMES_OUT(read(S[0], Buf, 1), EAGAIN);
  CHECK_TIMES_OUT(recvfrom(S[0], Buf, 1, 0, NULL, NULL), EAGAIN);
  int Twin = dup(S[0]); // The option belongs to the socket.
  CHECK_TIMES_OUT(recv(Twin, Buf, 1, 0), EAGAIN);
  CHECK(close(Twin) == 0);
  // What came before the end counts.
  CHECK(write(S[1], "abc", 3) == 3);
  CHECK(recv(S[0], Buf, 8, MSG_WAITALL) == 3);
  struct timeval T = {0, 0};
  socklen_t Len = sizeof(T);
  CHECK(getsockopt(S[0], SOL_SOCKET, SO_RCVTIMEO, &T, &Len) == 0);
  CHECK(T.tv_sec == 0 && T.tv_usec >= Ms * 1000);
  setTimeout(S[0], SO_RCVTIMEO, 0);
  pthread_t Later = start(writeLater, &S[1]);
  CHECK(KEEPS_ERRNO(recv(S[0], Buf, 1, 0)) == 1);
  join(Later);
  setTimeout(S[0], SO_RCVTIMEO, 5000);
  Later = start(writeLater, &S[1]);
  CHECK(KEEPS_ERRNO(read(S[0], Buf, 1)) == 1);
  join(Later);
}

static void sends(int S[2]) {
  char *Data = calloc(1, 8 * Size);
  setTimeout(S[0], SO_SNDTIMEO, Ms);
  Moment From = now();
  ssize_t N = KEEPS_ERRNO(send(S[0], Data, 8 * Size, 0));
  CHECK(N > 0 && N < 8 * Size && mayTimeOut(From, Ms));
  // The kernel may find more room later; in the end there is none.
  do {
    From = now();
    N = write(S[0], Data, Size);
  } while (N > 0);
  CHECK(N == -1 && errno == EAGAIN && mayTimeOut(From, Ms));
  do {
    From = now();
    N = send(S[0], Data, Size, 0);
  } while (N > 0);
  CHECK(N == -1 && errno == EAGAIN && mayTimeOut(From, Ms));
  free(Data);
}

/// Writes a byte at a time, or reads some, until the other end has closed.
typedef struct {
  int Fd, Writes, Parts;
} Trickle;
static void *trickle(void *Arg) {
  static char Data[1 << 18];
  Trickle *T = Arg;
  while ((T->Writes ? send(T->Fd, Data, 1, MSG_NOSIGNAL)
                    : recv(T->Fd, Data, sizeof(Data), 0)) > 0) {
    ++T->Parts;
    sleepMs(Ms / 2);
  }
  return NULL;
}

/// The time is for the whole call, however often something comes or goes; but
/// for what a unix socket sends, where it is for each part.
static void wholeCalls(int S[2], int IsUnix) {
  char Buf[16];
  setTimeout(S[0], SO_RCVTIMEO, 3 * Ms);
  Trickle In = {S[1], 1, 0}, Out = {S[1], 0, 0};
  pthread_t T = start(trickle, &In);
  ssize_t N = recv(S[0], Buf, sizeof(Buf), MSG_WAITALL);
  CHECK(N > 0 && N < (ssize_t)sizeof(Buf));
  CHECK(shutdown(S[0], SHUT_RD) == 0 && shutdown(S[1], SHUT_WR) == 0);
  join(T);
  char *Data = calloc(16, Size);
  setTimeout(S[0], SO_SNDTIMEO, 5 * Ms);
  T = start(trickle, &Out);
  N = send(S[0], Data, (IsUnix ? 1 : 16) * Size, 0);
  CHECK(IsUnix ? N == Size : N > 0 && N < 16 * Size);
  CHECK(shutdown(S[0], SHUT_WR) == 0);
  join(T);
  free(Data);
}

static void accepts(void) {
  struct sockaddr_in Addr;
  int Listener = listenTcp(&Addr);
  setTimeout(Listener, SO_RCVTIMEO, Ms);
  CHECK_TIMES_OUT(accept(Listener, NULL, NULL), EAGAIN);
  CHECK_TIMES_OUT(accept4(Listener, NULL, NULL, SOCK_CLOEXEC), EAGAIN);
  int Client = connectTcp(&Addr);
  int Server = KEEPS_ERRNO(accept(Listener, NULL, NULL));
  CHECK(Server >= 0);
  CHECK(close(Client) == 0 && close(Server) == 0 && close(Listener) == 0);
}

/// A TCP listener whose queue is full answers nobody.
static void connects(void) {
  struct sockaddr_in Addr;
  int Listener = listenTcp(&Addr), Fds[8], N = 0;
  CHECK(listen(Listener, 0) == 0);
  for (;; ++N) {
    CHECK(N < 8);
    Fds[N] = socket(AF_INET, SOCK_STREAM, 0);
    setTimeout(Fds[N], SO_SNDTIMEO, Ms);
    Moment From = now();
    if (connect(Fds[N], (struct sockaddr *)&Addr, sizeof(Addr)) == 0)
      continue;
    CHECK(errno == EINPROGRESS && mayTimeOut(From, Ms));
    break;
  }
  for (int I = 0; I <= N; ++I)
    CHECK(close(Fds[I]) == 0);
  CHECK(close(Listener) == 0);
}

static void timeouts(void) {
  int S[2];
  for (int Kind = 0; Kind < 2; ++Kind) {
    if (Kind == 0)
      CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, S) == 0);
    else
      tcpPair(S);
    receives(S);
    sends(S);
    CHECK(close(S[0]) == 0 && close(S[1]) == 0);
    if (Kind == 0)
      CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, S) == 0);
    else
      tcpPair(S);
    wholeCalls(S, Kind == 0);
    CHECK(close(S[0]) == 0 && close(S[1]) == 0);
  }
  CHECK(socketpair(AF_UNIX, SOCK_DGRAM, 0, S) == 0);
  receives(S);
  CHECK(close(S[0]) == 0 && close(S[1]) == 0);
  accepts();
  connects();

  struct timeval Bad = {0, 2000000};
  int Fd = socket(AF_INET, SOCK_STREAM, 0);
  CHECK_ERRNO(setsockopt(Fd, SOL_SOCKET, SO_RCVTIMEO, &Bad, sizeof(Bad)), EDOM);
  CHECK_ERRNO(setsockopt(Fd, SOL_SOCKET, SO_RCVTIMEO, &Bad, 1), EINVAL);
  CHECK_ERRNO(setsockopt(-1, SOL_SOCKET, SO_RCVTIMEO, &Bad, sizeof(Bad)),
              EBADF);
  CHECK(close(Fd) == 0);
}

// -- Data and the end of the time -------------------------------------------

enum { Waiters = 3, Ways = 4 };
static Gate Waiting = GATE_INIT;
typedef struct {
  int Fd, Way, Lasts; // Milliseconds.
  Moment From;
  long Result;
} Wait;

static void *waits(void *Arg) {
  Wait *W = Arg;
  char C;
  struct pollfd F = {W->Fd, POLLIN, 0};
  W->From = now();
  post(&Waiting);
  switch (W->Way) {
  case 0:
    W->Result = recv(W->Fd, &C, 1, 0);
    break;
  case 1:
    W->Result = read(W->Fd, &C, 1);
    break;
  case 2:
    W->Result = recvfrom(W->Fd, &C, 1, 0, NULL, NULL);
    break;
  default:
    W->Result = poll(&F, 1, W->Lasts);
  }
  return NULL;
}

/// Data comes before the end of the waits, but this thread computes beyond it
/// before it lets others run. Whether the data was there in time is returned.
static int dataWins(int Way, int Shared) {
  int S[Waiters][2];
  pthread_t T[Waiters];
  Wait W[Waiters];
  Waiting.Count = 0;
  for (int I = 0; I < Waiters; ++I) {
    int From = Shared ? 0 : I;
    if (From == I)
      CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, S[I]) == 0);
    W[I] = (Wait){S[From][0], Way, Ms + I, now(), 0};
    setTimeout(W[I].Fd, SO_RCVTIMEO, W[I].Lasts);
    T[I] = start(waits, &W[I]);
  }
  await(&Waiting, Waiters);
  sleepMs(Ms / 4);
  for (int I = 0; I < Waiters; ++I)
    CHECK(write(S[Shared ? 0 : I][1], "x", 1) == 1);
  int InTime = 1;
  for (int I = 0; I < Waiters; ++I)
    InTime &= !mayTimeOut(W[I].From, Ms);
  long long Now = nowMs();
  while (nowMs() < Now + Ms)
    ;
  for (int I = 0; I < Waiters; ++I)
    join(T[I]);
  for (int I = 0; I < Waiters; ++I) {
    CHECK(!InTime || W[I].Result == 1);
    if (!Shared || I == 0)
      CHECK(close(S[I][0]) == 0 && close(S[I][1]) == 0);
  }
  return InTime;
}

static void lateness(void) {
  for (int Way = 0; Way < Ways; ++Way)
    for (int Shared = 0; Shared < 2; ++Shared)
      for (int Try = 0; !dataWins(Way, Shared); ++Try)
        CHECK(Try < 100);
}

int main(void) {
  lateness();
  inThread(lateness);
  everywhere(timeouts);
  return 0;
}
