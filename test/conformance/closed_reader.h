// closed_reader.h - a descriptor that is closed while a thread reads from it:
// the runtime hides a duplicate meanwhile.
#ifndef OPEN_CO_TEST_CLOSED_READER_H
#define OPEN_CO_TEST_CLOSED_READER_H

#include "check.h"

struct ClosedReader {
  int Fd;
  Gate Begun;
};

static inline void *readsClosed(void *Arg) {
  struct ClosedReader *R = Arg;
  char C;
  post(&R->Begun);
  ssize_t N = read(R->Fd, &C, 1);
  CHECK(N == 1 || errno == EBADF); // Closed before.
  return Arg;
}

/// Closes \p Fd, a number that nobody else gets, when a thread mostly reads.
static inline void closeWhileReading(int Fd) {
  struct ClosedReader R = {Fd, GATE_INIT};
  int P[2];
  CHECK(pipe(P) == 0 && dup2(P[0], Fd) == Fd);
  pthread_t T = start(readsClosed, &R);
  await(&R.Begun, 1);
  sched_yield();
  CHECK(close(Fd) == 0 && write(P[1], "x", 1) == 1);
  join(T);
  CHECK(close(P[0]) == 0 && close(P[1]) == 0);
}

#endif
