// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: connect reaches TCP and unix listeners, waits for room in a full
// backlog, and reports in-progress, refused, missing and repeated connections.
#include "check.h"
#include <poll.h>

static void tcp(void) {
  struct sockaddr_in Addr;
  const struct sockaddr *To = (struct sockaddr *)&Addr;
  int Listener = listenTcp(&Addr), Error = -1;
  socklen_t Len = sizeof(Error);

  int Fd = KEEPS_ERRNO(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  CHECK(KEEPS_ERRNO(connect(Fd, To, sizeof(Addr))) == 0);
  CHECK_ERRNO(connect(Fd, To, sizeof(Addr)), EISCONN);
  CHECK(fcntl(Fd, F_GETFL) == O_RDWR);
  CHECK(close(Fd) == 0);

  Fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  CHECK_ERRNO(connect(Fd, To, sizeof(Addr)), EINPROGRESS);
  struct pollfd Poll = {Fd, POLLOUT, 0};
  CHECK(KEEPS_ERRNO(poll(&Poll, 1, -1)) == 1 && Poll.revents == POLLOUT);
  CHECK(getsockopt(Fd, SOL_SOCKET, SO_ERROR, &Error, &Len) == 0 && Error == 0);
  CHECK(close(Fd) == 0);
  CHECK(close(Listener) == 0);

  Fd = socket(AF_INET, SOCK_STREAM, 0);
  CHECK_ERRNO(connect(Fd, To, sizeof(Addr)), ECONNREFUSED);
  CHECK_ERRNO(connect(Fd, To, 1), EINVAL);
  CHECK_ERRNO(connect(Fd, (struct sockaddr *)8, sizeof(Addr)), EFAULT);
  CHECK_ERRNO(connect(-1, To, sizeof(Addr)), EBADF);
  CHECK(close(Fd) == 0);
}

static void missing(void) {
  socklen_t Len;
  struct sockaddr_un Un = unixAddress(&Len);
  int Fd = socket(AF_UNIX, SOCK_STREAM, 0);
  CHECK_ERRNO(connect(Fd, (struct sockaddr *)&Un, Len), ECONNREFUSED);
  memset(&Un, 0, sizeof(Un));
  Un.sun_family = AF_UNIX;
  strcpy(Un.sun_path, "/nowhere/at/all");
  CHECK_ERRNO(connect(Fd, (struct sockaddr *)&Un, sizeof(Un)), ENOENT);
  CHECK(close(Fd) == 0);
}

/// More clients than the backlog holds: all get through, late ones by waiting.
enum { Clients = 12 };
typedef struct {
  struct sockaddr_un Addr;
  socklen_t Len;
} Where;

static void *client(void *Arg) {
  Where *W = Arg;
  char C;
  int Fd = socket(AF_UNIX, SOCK_STREAM, 0);
  CHECK(KEEPS_ERRNO(connect(Fd, (struct sockaddr *)&W->Addr, W->Len)) == 0);
  CHECK(KEEPS_ERRNO(read(Fd, &C, 1)) == 1 && C == '!');
  CHECK(close(Fd) == 0);
  return NULL;
}

static void fullBacklog(void) {
  Where W;
  W.Addr = unixAddress(&W.Len);
  pthread_t T[Clients];
  int Listener = socket(AF_UNIX, SOCK_STREAM, 0);
  CHECK(bind(Listener, (struct sockaddr *)&W.Addr, W.Len) == 0);
  CHECK(listen(Listener, 1) == 0);
  for (int I = 0; I < Clients; ++I)
    T[I] = start(client, &W);
  sleepMs(20);
  for (int I = 0; I < Clients; ++I) {
    int Fd = KEEPS_ERRNO(accept(Listener, NULL, NULL));
    CHECK(Fd >= 0 && write(Fd, "!", 1) == 1 && close(Fd) == 0);
  }
  for (int I = 0; I < Clients; ++I)
    join(T[I]);
  // Full and non-blocking: EAGAIN, not EINPROGRESS.
  int Fds[3];
  for (int I = 0; I < 3; ++I)
    Fds[I] = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
  const struct sockaddr *To = (struct sockaddr *)&W.Addr;
  CHECK(connect(Fds[0], To, W.Len) == 0 && connect(Fds[1], To, W.Len) == 0);
  CHECK_ERRNO(connect(Fds[2], To, W.Len), EAGAIN);
  for (int I = 0; I < 3; ++I)
    CHECK(close(Fds[I]) == 0);
  CHECK(close(Listener) == 0);
}

int main(void) {
  everywhere(tcp);
  everywhere(missing);
  fullBacklog();
  inThread(fullBacklog);
  return 0;
}
