// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: accept and accept4 wait for a connection, fill in the peer, set the
// flags asked for, and give each connection to exactly one waiting thread.
#include "check.h"

/// Where nobody can ever connect, the call fails at once.
static void refuses(void) {
  int S[2], Domains[] = {AF_UNIX, AF_INET};
#define REFUSES(Fd, Err)                                                       \
  do {                                                                         \
    CHECK_ERRNO(accept(Fd, NULL, NULL), Err);                                  \
    CHECK_ERRNO(accept4(Fd, NULL, NULL, SOCK_CLOEXEC), Err);                   \
    CHECK_ERRNO(accept4(Fd, NULL, NULL, SOCK_NONBLOCK), Err);                  \
  } while (0)

  CHECK(pipe(S) == 0);
  REFUSES(S[0], ENOTSOCK);
  REFUSES(S[1], ENOTSOCK);
  CHECK(close(S[0]) == 0 && close(S[1]) == 0);
  int File = open("/dev/null", O_RDWR);
  REFUSES(File, ENOTSOCK);
  CHECK(close(File) == 0);
  REFUSES(File, EBADF);
  for (int I = 0; I < 2; ++I) {
    int Fd = socket(Domains[I], SOCK_STREAM, 0);
    REFUSES(Fd, EINVAL);
    CHECK(close(Fd) == 0);
    Fd = socket(Domains[I], SOCK_DGRAM, 0);
    REFUSES(Fd, EOPNOTSUPP);
    CHECK(close(Fd) == 0);
    if (I)
      tcpPair(S);
    else
      CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, S) == 0);
    REFUSES(S[0], EINVAL);
    CHECK(write(S[1], "x", 1) == 1); // Not a connection to take.
    REFUSES(S[0], EINVAL);
    CHECK(close(S[0]) == 0);
    REFUSES(S[1], EINVAL);
    CHECK(close(S[1]) == 0);
  }
}

static void *connectLater(void *Arg) {
  sleepMs(20);
  return (void *)(long)connectTcp(Arg);
}

static void single(void) {
  struct sockaddr_in Addr, Peer, Name;
  int Listener = listenTcp(&Addr);
  socklen_t Len = sizeof(Peer);

  pthread_t T = start(connectLater, &Addr);
  int Server = KEEPS_ERRNO(accept(Listener, (struct sockaddr *)&Peer, &Len));
  CHECK(Server >= 0 && Len == sizeof(Peer));
  int Client = (int)(long)join(T);
  CHECK(getsockname(Client, (struct sockaddr *)&Name, &Len) == 0);
  CHECK(Peer.sin_family == AF_INET && Peer.sin_port == Name.sin_port);
  CHECK(getpeername(Server, (struct sockaddr *)&Peer, &Len) == 0);
  CHECK(Peer.sin_port == Name.sin_port);
  CHECK(fcntl(Server, F_GETFL) == O_RDWR && fcntl(Server, F_GETFD) == 0);
  CHECK(close(Client) == 0 && close(Server) == 0);

  T = start(connectLater, &Addr);
  Server =
      KEEPS_ERRNO(accept4(Listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC));
  CHECK(Server >= 0);
  Client = (int)(long)join(T);
  CHECK(fcntl(Server, F_GETFL) == (O_RDWR | O_NONBLOCK));
  CHECK(fcntl(Server, F_GETFD) == FD_CLOEXEC);
  char C;
  CHECK_ERRNO(recv(Server, &C, 1, 0), EAGAIN);
  CHECK(close(Client) == 0 && close(Server) == 0);

  // A non-blocking listener; what it accepts blocks all the same.
  CHECK(fcntl(Listener, F_SETFL, O_NONBLOCK) == 0);
  CHECK_ERRNO(accept(Listener, NULL, NULL), EAGAIN);
  Client = connectTcp(&Addr);
  Server = KEEPS_ERRNO(accept(Listener, NULL, NULL));
  CHECK(Server >= 0 && fcntl(Server, F_GETFL) == O_RDWR);
  CHECK(close(Client) == 0 && close(Server) == 0);
  CHECK_ERRNO(accept4(Listener, NULL, NULL, 12345), EINVAL);
  CHECK(close(Listener) == 0);
  CHECK_ERRNO(accept(-1, NULL, NULL), EBADF);

  // Unix sockets.
  struct sockaddr_un Un = unixAddress(&Len);
  Listener = socket(AF_UNIX, SOCK_STREAM, 0);
  CHECK(bind(Listener, (struct sockaddr *)&Un, Len) == 0);
  CHECK(listen(Listener, 8) == 0);
  Client = socket(AF_UNIX, SOCK_STREAM, 0);
  CHECK(KEEPS_ERRNO(connect(Client, (struct sockaddr *)&Un, Len)) == 0);
  struct sockaddr_un UnPeer;
  Len = sizeof(UnPeer);
  Server = KEEPS_ERRNO(accept(Listener, (struct sockaddr *)&UnPeer, &Len));
  CHECK(Server >= 0 && Len == sizeof(sa_family_t));
  CHECK(close(Client) == 0 && close(Server) == 0 && close(Listener) == 0);
}

enum { Acceptors = 8, Connections = 400 };
static int Shared, Taken[Connections];

/// Takes connections, each of which sends its number, until one sends -1.
static void *acceptor(void *Arg) {
  (void)Arg;
  for (;;) {
    int Number, Fd = KEEPS_ERRNO(accept(Shared, NULL, NULL));
    CHECK(Fd >= 0);
    CHECK(readAll(Fd, &Number, sizeof(Number)) == sizeof(Number));
    if (Number >= 0) {
      __atomic_fetch_add(&Taken[Number], 1, __ATOMIC_RELAXED);
      CHECK(write(Fd, &Number, sizeof(Number)) == sizeof(Number));
    }
    CHECK(close(Fd) == 0);
    if (Number < 0)
      return NULL;
  }
}

static void shared(void) {
  struct sockaddr_in Addr;
  pthread_t T[Acceptors];
  memset(Taken, 0, sizeof(Taken));
  Shared = listenTcp(&Addr);
  for (int I = 0; I < Acceptors; ++I)
    T[I] = start(acceptor, NULL);
  for (int I = 0; I < Connections + Acceptors; ++I) {
    int Number = I < Connections ? I : -1, Echo;
    int Fd = connectTcp(&Addr);
    CHECK(write(Fd, &Number, sizeof(Number)) == sizeof(Number));
    size_t N = readAll(Fd, &Echo, sizeof(Echo));
    CHECK(Number < 0 ? N == 0 : N == sizeof(Echo) && Echo == Number);
    CHECK(close(Fd) == 0);
  }
  for (int I = 0; I < Acceptors; ++I)
    join(T[I]);
  for (int I = 0; I < Connections; ++I)
    CHECK(Taken[I] == 1);
  CHECK(close(Shared) == 0);
}

int main(void) {
  inThread(refuses);
  everywhere(single);
  refuses();
  shared();
  inThread(shared);
  return 0;
}
