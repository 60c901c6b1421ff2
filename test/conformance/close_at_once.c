// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: when close returns, a socket's last descriptor is gone for its peers
// and for its address, also where other threads wait for events meanwhile.
#include "check.h"

enum { Rounds = 300 };

typedef struct {
  int Fd;
  struct sockaddr_un Addr;
  socklen_t Len;
} Address;

static void *sendOnce(void *Arg) {
  Address *To = Arg;
  CHECK(sendto(To->Fd, "1", 1, 0, (struct sockaddr *)&To->Addr, To->Len) == 1);
  return NULL;
}

static void datagrams(void) {
  char C;
  Address To;
  To.Fd = socket(AF_UNIX, SOCK_DGRAM, 0);
  To.Addr = unixAddress(&To.Len);
  for (int I = 0; I < Rounds; ++I) {
    int Fd = socket(AF_UNIX, SOCK_DGRAM, 0);
    CHECK(bind(Fd, (struct sockaddr *)&To.Addr, To.Len) == 0); // Free again.
    pthread_t T = start(sendOnce, &To);
    CHECK(recv(Fd, &C, 1, 0) == 1);
    join(T);
    sendOnce(&To); // Somebody hears of this one while the socket is closed.
    CHECK(close(Fd) == 0);
    CHECK_ERRNO(sendto(To.Fd, "2", 1, 0, (struct sockaddr *)&To.Addr, To.Len),
                ECONNREFUSED);
  }
  CHECK(close(To.Fd) == 0);
}

static void *writeOnce(void *Arg) {
  CHECK(write(*(int *)Arg, "1", 1) == 1);
  return NULL;
}

static void pipes(void) {
  char C;
  for (int I = 0; I < Rounds; ++I) {
    int P[2];
    CHECK(pipe(P) == 0);
    pthread_t T = start(writeOnce, &P[1]);
    CHECK(read(P[0], &C, 1) == 1);
    join(T);
    writeOnce(&P[1]);
    CHECK(close(P[0]) == 0);
    CHECK_ERRNO(write(P[1], "2", 1), EPIPE);
    CHECK(close(P[1]) == 0);
  }
}

int main(void) {
  signal(SIGPIPE, SIG_IGN);
  inThreads(4, datagrams);
  inThreads(4, pipes);
  return 0;
}
