// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: a descriptor number that is closed and used at once for something of
// another kind carries nothing over: not O_NONBLOCK, readiness or a timeout.
#include "check.h"

enum { Rounds = 200 };

static void *writeLater(void *Arg) {
  for (int I = 0; I < 3; ++I)
    sched_yield();
  CHECK(write(*(int *)Arg, "x", 1) == 1);
  return NULL;
}

/// Blocks on \p Fd until a thread writes to \p Peer.
static void blockOnce(int Fd, int Peer) {
  char C;
  pthread_t T = start(writeLater, &Peer);
  CHECK(KEEPS_ERRNO(read(Fd, &C, 1)) == 1);
  join(T);
}

/// Puts \p New on the number \p Number, as close and open in a quiet program.
static void renumber(int New, int Number) {
  if (New == Number)
    return;
  CHECK(dup2(New, Number) == Number);
  CHECK(close(New) == 0);
}

static void reuse(void) {
  int Number = dup(0);
  CHECK(Number >= 0);
  for (int I = 0; I < Rounds; ++I) {
    int P[2];
    char C;
    switch (I % 5) {
    case 0: // A pipe.
      CHECK(pipe(P) == 0);
      renumber(P[0], Number);
      blockOnce(Number, P[1]);
      break;
    case 1: // A non-blocking socket.
      CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, P) == 0);
      renumber(P[0], Number);
      CHECK_ERRNO(read(Number, &C, 1), EAGAIN);
      break;
    case 2: // A blocking one, at end of file.
      CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, P) == 0);
      renumber(P[0], Number);
      blockOnce(Number, P[1]);
      CHECK(shutdown(P[1], SHUT_WR) == 0);
      CHECK(read(Number, &C, 1) == 0);
      break;
    case 3: { // One with a timeout.
      struct timeval Ms = {0, 1000};
      CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, P) == 0);
      renumber(P[0], Number);
      CHECK(setsockopt(Number, SOL_SOCKET, SO_RCVTIMEO, &Ms, sizeof(Ms)) == 0);
      CHECK_ERRNO(recv(Number, &C, 1, 0), EAGAIN);
      break;
    }
    case 4: // A connection with unread data.
      tcpPair(P);
      renumber(P[0], Number);
      CHECK(write(P[1], "xyz", 3) == 3);
      CHECK(read(Number, &C, 1) == 1 && C == 'x');
      break;
    }
    CHECK(close(P[1]) == 0);
  }
  CHECK(close(Number) == 0);
}

/// close gives the lowest number free to the very next call.
static void lowest(void) {
  int P[2], Q[2];
  CHECK(pipe(P) == 0);
  for (int I = 0; I < 50; ++I) {
    CHECK(close(P[0]) == 0 && close(P[1]) == 0);
    CHECK((I % 2 ? pipe(Q) : socketpair(AF_UNIX, SOCK_STREAM, 0, Q)) == 0);
    CHECK(Q[0] == P[0] && Q[1] == P[1]);
    blockOnce(P[0], P[1]);
  }
  CHECK(close(P[0]) == 0 && close(P[1]) == 0);
}

int main(void) {
  everywhere(reuse);
  lowest();
  inThread(lowest);
  return 0;
}
