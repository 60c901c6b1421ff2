// write.c - operations that write to any descriptor.
#include "../run.h"

#include <sys/uio.h>

void sayPipe(Run *R, int Before) {
  if (me()->Caught[SIGPIPE] != Before)
    say(R, " sigpipe");
}

OP(write, "fd size ptr via2") {
  int Before = me()->Caught[SIGPIPE];
  int Fd = fdIn(R, A[0]), Kind = kindIn(R, A[0]);
  size_t N = (size_t)A[1];
  char *P = address(R, A[2], N);
  if (N && blocksWriting(R, Fd, Kind, A[1]))
    return;
  fill(R, A[2], P, N, Kind);
  if (A[3])
    RESULT(syscall, SYS_write, Fd, P, N);
  else
    RESULT(write, Fd, P, N);
  sayPipe(R, Before);
}

static int vector(Run *R, struct iovec V[4], size_t N, long Parts, long Pointer,
                  int Kind) {
  char *P = address(R, Pointer, N);
  fill(R, Pointer, P, N, Kind);
  if (Parts > 4 || Parts < 1 || Pointer != Good || Kind == KindEvent) {
    V[0] = (struct iovec){P, N};
    return Parts < 1 || Parts > 4 ? (int)Parts : 1;
  }
  size_t Done = 0;
  for (long I = 0; I < Parts; ++I) {
    size_t Len = I == Parts - 1 ? N - Done : (N - Done) / 3;
    V[I] = (struct iovec){P + Done, Len};
    Done += Len;
  }
  return (int)Parts;
}

OP(writev, "fd size parts ptr via2") {
  int Before = me()->Caught[SIGPIPE];
  int Fd = fdIn(R, A[0]), Kind = kindIn(R, A[0]);
  size_t N = (size_t)A[1];
  struct iovec V[4];
  int Parts = vector(R, V, N, A[2], A[3], Kind);
  if (N && Parts > 0 && blocksWriting(R, Fd, Kind, A[1]))
    return;
  if (A[4])
    RESULT(syscall, SYS_writev, Fd, V, Parts);
  else
    RESULT(writev, Fd, V, Parts);
  sayPipe(R, Before);
}

OP(pwritev2, "fd size parts offset rwf via2") {
  int Before = me()->Caught[SIGPIPE];
  int Fd = fdIn(R, A[0]), Kind = kindIn(R, A[0]);
  size_t N = (size_t)A[1];
  struct iovec V[4];
  int Parts = vector(R, V, N, A[2], Good, Kind);
  if (N && Parts > 0 && !(A[4] & RWF_NOWAIT) &&
      blocksWriting(R, Fd, Kind, A[1]))
    return;
  if (A[5])
    RESULT(pwritev64v2, Fd, V, Parts, A[3], (int)A[4]);
  else
    RESULT(pwritev2, Fd, V, Parts, A[3], (int)A[4]);
  sayPipe(R, Before);
}

/// Writes until nothing more goes in.
OP(stuff, "-fd") {
  int Fd = fdIn(R, A[0]);
  long Flags = CALL(fcntl, Fd, F_GETFL);
  STATUS(fcntl, Fd, F_SETFL, (int)Flags | O_NONBLOCK);
  char *P = address(R, Good, 4096);
  fill(R, Good, P, 4096, KindOther);
  size_t Done = 0;
  long Wrote;
  while ((Wrote = CALL(write, Fd, P, 4096)) > 0)
    Done += (size_t)Wrote;
  say(R, " %zu bytes, then %s", Done, errorName(errno));
  STATUS(fcntl, Fd, F_SETFL, (int)Flags);
}

/// A write that the other end cuts short: how much went is not determined.
OP(write_until_closed, "-fd size") {
  int Fd = fdIn(R, A[0]);
  size_t N = (size_t)A[1];
  char *P = address(R, Good, N);
  fill(R, Good, P, N, KindOther);
  int Before = me()->Caught[SIGPIPE];
  long Wrote = CALL(write, Fd, P, N);
  int Error = errno;
  say(R, " %s",
      Wrote < 0         ? errorName(Error)
      : Wrote < (long)N ? "some"
                        : "all");
  if (Wrote >= 0 && Error != Sentinel)
    say(R, " touched-errno=%s", errorName(Error));
  say(R, " sigpipe=%d", me()->Caught[SIGPIPE] - Before);
}
