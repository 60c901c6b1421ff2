// offsets.c - operations at an offset, and calls under other names: of
// _FORTIFY_SOURCE's open, and of eventfds.
#include "../run.h"

#include <sys/eventfd.h>
#include <sys/uio.h>

int __open_2(const char *, int);
int __open64_2(const char *, int);
int __openat_2(int, const char *, int);
int __openat64_2(int, const char *, int);

extern ssize_t __pread_chk(int, void *, size_t, off_t, size_t);
extern ssize_t __pread64_chk(int, void *, size_t, off64_t, size_t);

OP(pread, "fd size ptr offset via4") {
  int Fd = fdIn(R, A[0]);
  size_t N = (size_t)A[1];
  char *P = address(R, A[2], N);
  if (blocks(R, Fd, POLLIN))
    return;
  blank(A[2], P, N);
  long Got = A[4] == 0   ? RESULT(pread, Fd, P, N, A[3])
             : A[4] == 1 ? RESULT(pread64, Fd, P, N, A[3])
             : A[4] == 2 ? RESULT(__pread_chk, Fd, P, N, A[3], N)
                         : RESULT(__pread64_chk, Fd, P, N, A[3], N);
  got(R, A[2], P, Got, N);
}

OP(pwrite, "fd size ptr offset via2") {
  int Fd = fdIn(R, A[0]), Kind = kindIn(R, A[0]);
  int Before = me()->Caught[SIGPIPE];
  size_t N = (size_t)A[1];
  char *P = address(R, A[2], N);
  if (N && blocksWriting(R, Fd, Kind, A[1]))
    return;
  fill(R, A[2], P, N, Kind);
  if (A[4])
    RESULT(pwrite64, Fd, P, N, A[3]);
  else
    RESULT(pwrite, Fd, P, N, A[3]);
  sayPipe(R, Before);
}

/// Two buffers, of which the first has a third.
static int vector(struct iovec V[2], char *P, size_t N, long Parts) {
  V[0] = (struct iovec){P, Parts == 2 ? N / 3 : N};
  V[1] = (struct iovec){P + N / 3, N - N / 3};
  return Parts > 2 ? -1 : (int)Parts;
}

OP(preadv, "fd size count offset via2") {
  int Fd = fdIn(R, A[0]);
  size_t N = (size_t)A[1];
  char *P = address(R, Good, N);
  struct iovec V[2];
  int Parts = vector(V, P, N, A[2]);
  if (blocks(R, Fd, POLLIN))
    return;
  blank(Good, P, N);
  long Got = A[4] ? RESULT(preadv64, Fd, V, Parts, A[3])
                  : RESULT(preadv, Fd, V, Parts, A[3]);
  got(R, Good, P, Got, N);
}

OP(pwritev, "fd size count offset via2") {
  int Fd = fdIn(R, A[0]), Kind = kindIn(R, A[0]);
  int Before = me()->Caught[SIGPIPE];
  size_t N = (size_t)A[1];
  char *P = address(R, Good, N);
  struct iovec V[2];
  int Parts = vector(V, P, N, A[2]);
  if (N && blocksWriting(R, Fd, Kind, A[1]))
    return;
  fill(R, Good, P, N, Kind);
  if (A[4])
    RESULT(pwritev64, Fd, V, Parts, A[3]);
  else
    RESULT(pwritev, Fd, V, Parts, A[3]);
  sayPipe(R, Before);
}

/// Without O_CREAT: that would end the program.
OP(open_checked, "new file openmode via4") {
  char Room[100];
  int Mode = (int)A[2], Kind;
  const char *Path = namedFile(R, A[1], Room, sizeof Room, &Kind);
  if (A[1] == 6 && !R->S->MayWait)
    Mode = (Mode & ~(O_ACCMODE | O_TRUNC | O_APPEND)) | O_RDWR;
  long Fd = A[3] == 0   ? CALL(__open_2, Path, Mode)
            : A[3] == 1 ? CALL(__open64_2, Path, Mode)
            : A[3] == 2 ? CALL(__openat_2, AT_FDCWD, Path, Mode)
                        : CALL(__openat64_2, AT_FDCWD, Path, Mode);
  made(R, "open", A[0], Fd, Kind);
}

/// On whatever has eight bytes.
OP(eventfd_read, "fd") {
  int Fd = fdIn(R, A[0]);
  eventfd_t Value = 0;
  if (blocks(R, Fd, POLLIN))
    return;
  RESULT(eventfd_read, Fd, &Value);
  say(R, " %llx", (unsigned long long)Value);
}

OP(eventfd_write, "fd count") {
  int Fd = fdIn(R, A[0]), Before = me()->Caught[SIGPIPE];
  if (blocksWriting(R, Fd, kindIn(R, A[0]), 8))
    return;
  RESULT(eventfd_write, Fd, (eventfd_t)A[1]);
  sayPipe(R, Before);
}
