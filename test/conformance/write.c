// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: a blocking write returns the full count however slowly the pipe,
// socket or connection is emptied; bad descriptors and pointers are reported.
#include "check.h"
#include <limits.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <sys/uio.h>

enum { Size = 1 << 20 };
static unsigned char *Data;

static void *slowReader(void *Arg) {
  int Fd = *(int *)Arg;
  unsigned char Buf[10000];
  size_t Done = 0;
  ssize_t N;
  while ((N = read(Fd, Buf, sizeof(Buf))) > 0) {
    for (ssize_t I = 0; I < N; ++I)
      CHECK(Buf[I] == patternAt(Done + (size_t)I));
    Done += (size_t)N;
    if (Done % 7 == 0)
      sleepMs(1);
  }
  CHECK(N == 0);
  return (void *)Done;
}

/// Writes it all to \p Out while a thread reads \p In, and closes both.
static void pump(int Out, int In) {
  int Flags = fcntl(Out, F_GETFL);
  pthread_t T = start(slowReader, &In);
  CHECK(KEEPS_ERRNO(write(Out, Data, Size)) == Size);
  CHECK(fcntl(Out, F_GETFL) == Flags);
  CHECK(close(Out) == 0);
  CHECK((size_t)join(T) == Size);
  CHECK(close(In) == 0);
}

static void writes(void) {
  int P[2];
  CHECK(pipe(P) == 0);
  pump(P[1], P[0]);
  CHECK(KEEPS_ERRNO(socketpair(AF_UNIX, SOCK_STREAM, 0, P)) == 0);
  pump(P[1], P[0]);
  tcpPair(P);
  pump(P[1], P[0]);

  CHECK(pipe(P) == 0);
  CHECK(KEEPS_ERRNO(write(P[1], "abc", 0)) == 0);
  CHECK_ERRNO(write(P[1], (void *)8, 1), EFAULT);
  CHECK_ERRNO(write(P[0], "abc", 3), EBADF);
  CHECK_ERRNO(write(-1, "abc", 3), EBADF);
  CHECK(close(P[0]) == 0 && close(P[1]) == 0);

  int Null = open("/dev/null", O_WRONLY);
  CHECK(KEEPS_ERRNO(write(Null, Data, Size)) == Size);
  CHECK(close(Null) == 0);
  int Full = open("/dev/full", O_WRONLY);
  CHECK(Full >= 0);
  CHECK_ERRNO(write(Full, "abc", 3), ENOSPC);
  CHECK(close(Full) == 0);
  // Neither is polled as ready for output.
  int Random = open("/dev/random", O_WRONLY), Log = open("/dev/kmsg", O_WRONLY);
  CHECK(KEEPS_ERRNO(write(Random, "seed", 4)) == 4);
  CHECK(close(Random) == 0);
  if (Log >= 0) {
    CHECK(KEEPS_ERRNO(write(Log, "<7>test\n", 8)) == 8);
    CHECK(close(Log) == 0);
  }
}

/// What cannot be written fails at once, also where there is no room.
static void refused(void) {
  uint64_t Value = UINT64_MAX;
  int E = eventfd(0, 0), P[2];
  CHECK(eventfd_write(E, UINT64_MAX - 1) == 0);
  CHECK_ERRNO(write(E, &Value, 4), EINVAL);
  CHECK_ERRNO(write(E, &Value, 8), EINVAL);
  CHECK_ERRNO(write(E, (void *)8, 8), EFAULT);
  struct iovec Part = {&Value, 8};
  CHECK_ERRNO(writev(E, &Part, 1), EINVAL);
  CHECK(close(E) == 0);

  CHECK(pipe(P) == 0);
  for (int I = 0; I < 2; ++I) {
    CHECK_ERRNO(write(P[1], &Value, SIZE_MAX), EFAULT);
    CHECK_ERRNO(write(P[1], &Value, SSIZE_MAX), EFAULT);
    CHECK(close(P[0]) == 0 && close(P[1]) == 0);
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, P) == 0);
  }
  CHECK(close(P[0]) == 0 && close(P[1]) == 0);
}

/// Two threads write records of at most PIPE_BUF bytes: none is torn.
static int Records[2];
static void *writeRecords(void *Arg) {
  char Record[512];
  memset(Record, *(char *)Arg, sizeof(Record));
  for (int I = 0; I < 400; ++I)
    CHECK(write(Records[1], Record, sizeof(Record)) == sizeof(Record));
  return NULL;
}

static void recordsStayWhole(void) {
  CHECK(pipe(Records) == 0);
  pthread_t A = start(writeRecords, "a"), B = start(writeRecords, "b");
  for (int I = 0; I < 800; ++I) {
    char Record[512];
    CHECK(readAll(Records[0], Record, sizeof(Record)) == sizeof(Record));
    for (size_t J = 1; J < sizeof(Record); ++J)
      CHECK(Record[J] == Record[0]);
  }
  join(A);
  join(B);
  close(Records[0]);
  close(Records[1]);
}

int main(void) {
  Data = pattern(Size);
  everywhere(refused);
  writes();
  inThread(writes);
  inThreads(3, writes);
  recordsStayWhole();
  inThread(recordsStayWhole);
  free(Data);
  return 0;
}
