// ends.h - files for a call that moves data from one to another: with data or
// without, with room or without.
#ifndef OPEN_CO_TEST_ENDS_H
#define OPEN_CO_TEST_ENDS_H

#include "check.h"

enum { Little = 9 };

typedef struct {
  int Fd, Peer; // The other end; -1 if there is none, or it was closed.
} File;

enum Kind { Pipe, Unix, Tcp, Datagram };

static inline File end(enum Kind Kind, int Which, int Flags) {
  int P[2];
  if (Kind == Pipe)
    CHECK(pipe2(P, Flags) == 0);
  else if (Kind == Tcp)
    tcpPair(P);
  else
    CHECK(socketpair(AF_UNIX, Kind == Unix ? SOCK_STREAM : SOCK_DGRAM, 0, P) ==
          0);
  if (Kind != Pipe && Flags)
    CHECK(fcntl(P[Which], F_SETFL, Flags) == 0);
  return (File){P[Which], P[!Which]};
}

static inline File empty(enum Kind Kind, int Flags) {
  return end(Kind, 0, Flags);
}
static inline File data(enum Kind Kind, int Flags) {
  File F = empty(Kind, Flags);
  CHECK(write(F.Peer, "some data", Little) == Little);
  return F;
}
static inline File room(enum Kind Kind, int Flags) {
  return end(Kind, 1, Flags);
}
static inline File full(enum Kind Kind, int Flags) {
  static const char Zeros[4096];
  File F = room(Kind, Flags);
  int Small = 8192; // So that one drain makes room.
  CHECK(Kind == Pipe ? fcntl(F.Fd, F_SETPIPE_SZ, 4096) == 4096
                     : setsockopt(F.Fd, SOL_SOCKET, SO_SNDBUF, &Small,
                                  sizeof Small) == 0);
  CHECK(fcntl(F.Fd, F_SETFL, O_NONBLOCK) == 0);
  for (size_t N = sizeof Zeros; N; N = N > 1 ? 1 : 0)
    while (write(F.Fd, Zeros, N) > 0)
      ;
  CHECK(errno == EAGAIN && fcntl(F.Fd, F_SETFL, Flags) == 0);
  return F;
}
static inline File ended(File F) {
  CHECK(close(F.Peer) == 0);
  return (File){F.Fd, -1};
}
static inline File shut(File F) {
  CHECK(shutdown(F.Fd, SHUT_WR) == 0);
  return F;
}
static inline File only(int Fd) {
  CHECK(Fd >= 0);
  return (File){Fd, -1};
}
static inline void closeBoth(File F) {
  CHECK(close(F.Fd) == 0 && (F.Peer < 0 || close(F.Peer) == 0));
}

#endif
