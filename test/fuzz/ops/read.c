// read.c - operations that read from any descriptor.
#include "../run.h"

#include <sys/uio.h>

extern ssize_t __read_chk(int Fd, void *Buf, size_t N, size_t Room);

/// Inotify waits even if nothing is asked for.
static int mayWait(Run *R, long Slot, size_t N) {
  return N || kindIn(R, Slot) == KindOther;
}

OP(read, "fd size ptr via3") {
  int Fd = fdIn(R, A[0]);
  size_t N = (size_t)A[1];
  char *P = address(R, A[2], N);
  if (mayWait(R, A[0], N) && blocks(R, Fd, POLLIN))
    return;
  blank(A[2], P, N);
  long Got = A[3] == 0   ? RESULT(read, Fd, P, N)
             : A[3] == 1 ? RESULT(__read_chk, Fd, P, N, N)
                         : RESULT(syscall, SYS_read, Fd, P, N);
  got(R, A[2], P, Got, N);
}

/// Several buffers: the last has the odd address and the rest of the bytes.
static int vector(Run *R, struct iovec V[4], size_t N, long Parts, long Pointer,
                  char **Base) {
  *Base = address(R, Pointer, N);
  if (Parts > 4 || Parts < 1 || Pointer != Good) {
    V[0] = (struct iovec){*Base, N};
    return Parts < 1 || Parts > 4 ? (int)Parts : 1;
  }
  size_t Done = 0;
  for (long I = 0; I < Parts; ++I) {
    size_t Len = I == Parts - 1 ? N - Done : (N - Done) / 3;
    V[I] = (struct iovec){*Base + Done, Len};
    Done += Len;
  }
  return (int)Parts;
}

OP(readv, "fd size parts ptr via2") {
  int Fd = fdIn(R, A[0]);
  size_t N = (size_t)A[1];
  struct iovec V[4];
  char *P;
  int Parts = vector(R, V, N, A[2], A[3], &P);
  if (Parts > 0 && mayWait(R, A[0], N) && blocks(R, Fd, POLLIN))
    return;
  blank(A[3], P, N);
  long Got = A[4] ? RESULT(syscall, SYS_readv, Fd, V, Parts)
                  : RESULT(readv, Fd, V, Parts);
  got(R, A[3], P, Got, N);
}

OP(preadv2, "fd size parts offset rwf via2") {
  int Fd = fdIn(R, A[0]);
  size_t N = (size_t)A[1];
  struct iovec V[4];
  char *P;
  int Parts = vector(R, V, N, A[2], Good, &P);
  if (Parts > 0 && mayWait(R, A[0], N) && !(A[4] & RWF_NOWAIT) &&
      blocks(R, Fd, POLLIN))
    return;
  blank(Good, P, N);
  long Got = A[5] ? RESULT(preadv64v2, Fd, V, Parts, A[3], (int)A[4])
                  : RESULT(preadv2, Fd, V, Parts, A[3], (int)A[4]);
  got(R, Good, P, Got, N);
}

/// Reads until that many bytes or end of file: what came is determined, how it
/// was cut is not.
OP(drain, "-fd size") {
  int Fd = fdIn(R, A[0]);
  size_t N = (size_t)A[1], Done = 0;
  char *P = address(R, Good, N);
  long Got = 1;
  while (Done < N && Got > 0)
    if ((Got = CALL(read, Fd, P + Done, N - Done)) > 0)
      Done += (size_t)Got;
  say(R, " %zu bytes", Done);
  if (Got < 0)
    say(R, " %s", errorName(errno));
  sayBytes(R, P, Done);
}

/// Passes a message to and fro with another thread: so many reads that find
/// nothing yet, or just then something.
OP(bounce, "-fd fd count first") {
  int In = fdIn(R, A[0]), Out = fdIn(R, A[1]);
  unsigned long Message = 1;
  long Done = 0, Got = 0;
  if (A[3])
    CALL(write, Out, &Message, sizeof Message);
  for (; Done < A[2]; ++Done) {
    if ((Got = CALL(read, In, &Message, sizeof Message)) != sizeof Message ||
        errno != Sentinel)
      break;
    if (A[3] && Done == A[2] - 1)
      continue; // The other one has had enough.
    if ((Got = CALL(write, Out, &Message, sizeof Message)) != sizeof Message)
      break;
  }
  say(R, " %ld times", Done);
  if (Done < A[2])
    say(R, ", then %ld %s", Got, errorName(errno));
}

/// Reads what there is, however much that may be.
OP(empty, "-fd") {
  int Fd = fdIn(R, A[0]);
  while (available(Fd) > 0)
    if (CALL(read, Fd, address(R, Good, 65536), 65536) < 0)
      say(R, " %s", errorName(errno));
}
