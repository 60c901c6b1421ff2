// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: readv and writev, and preadv2 and pwritev2 where the file stands, on
// pipes, sockets and files: blocking, partial counts, all bytes of a blocking
// write in order, errors.
#include "check.h"
#include <limits.h>
#include <sys/uio.h>

enum { Large = 1 << 20 };

static void refuses(int Fd, ssize_t (*Call)(int, const struct iovec *, int)) {
  char C = 0;
  struct iovec One = {&C, 1}, None = {&C, 0};
  struct iovec *Bad = (struct iovec *)8;
  static struct iovec Many[IOV_MAX + 1];
  CHECK_ERRNO(Call(-1, &One, 1), EBADF);
  CHECK_ERRNO(Call(Fd, &One, -1), EINVAL);
  CHECK_ERRNO(Call(Fd, Many, IOV_MAX + 1), EINVAL);
  CHECK_ERRNO(Call(Fd, Bad, 1), EFAULT);
  CHECK(KEEPS_ERRNO(Call(Fd, &None, 1)) == 0);
  CHECK(KEEPS_ERRNO(Call(Fd, &One, 0)) == 0);
}

static void gathersAndScatters(int In, int Out) {
  char A[3], B[1], C[8];
  struct iovec Put[] = {{"abc", 3}, {"", 0}, {"defgh", 5}};
  struct iovec Get[] = {{A, 3}, {B, 1}, {C, 8}};
  CHECK(KEEPS_ERRNO(writev(Out, Put, 3)) == 8);
  CHECK(KEEPS_ERRNO(readv(In, Get, 3)) == 8);
  CHECK(!memcmp(A, "abc", 3) && B[0] == 'd' && !memcmp(C, "efgh", 4));
  // Where the file stands.
  CHECK(KEEPS_ERRNO(pwritev2(Out, Put, 3, -1, 0)) == 8);
  CHECK(KEEPS_ERRNO(preadv2(In, Get, 2, -1, 0)) == 4);
  CHECK(readv(In, Get, 3) == 4 && !memcmp(A, "efg", 3) && B[0] == 'h');
  CHECK_ERRNO(preadv2(In, Get, 3, 0, 0), ESPIPE);
  CHECK_ERRNO(pwritev2(Out, Put, 3, 0, 0), ESPIPE);
  // Not at all waiting.
  CHECK_ERRNO(preadv2(In, Get, 3, -1, RWF_NOWAIT), EAGAIN);
}

static int Ends[2];
static Gate Started = GATE_INIT;

static void *readsLate(void *Arg) {
  (void)Arg;
  char A[2], B[2];
  struct iovec Get[] = {{A, 2}, {B, 2}};
  post(&Started);
  CHECK(readv(Ends[0], Get, 2) == 3); // Blocks until there is something.
  CHECK(!memcmp(A, "xy", 2) && B[0] == 'z');
  return NULL;
}

static void *writesMuch(void *Arg) {
  unsigned char *Bytes = Arg;
  // Parts of many sizes, more than fit at once.
  static struct iovec Parts[IOV_MAX];
  size_t Done = 0;
  int N = 0;
  for (; N < IOV_MAX - 1; ++N) {
    size_t Len = (size_t)(N * 37 % 1500);
    Parts[N] = (struct iovec){Bytes + Done, Len};
    Done += Len;
  }
  Parts[N++] = (struct iovec){Bytes + Done, Large - Done};
  CHECK(KEEPS_ERRNO(writev(Ends[1], Parts, N)) == Large);
  CHECK(close(Ends[1]) == 0);
  return NULL;
}

static void blocks(void (*Make)(int[2])) {
  Make(Ends);
  Started.Count = 0;
  pthread_t T = start(readsLate, NULL);
  await(&Started, 1);
  sched_yield();
  CHECK(write(Ends[1], "xyz", 3) == 3);
  join(T);
  unsigned char *Bytes = pattern(Large), *Got = malloc(Large);
  T = start(writesMuch, Bytes);
  CHECK(readAll(Ends[0], Got, Large) == Large);
  CHECK(!memcmp(Got, Bytes, Large));
  char End;
  struct iovec Get = {&End, 1};
  CHECK(KEEPS_ERRNO(readv(Ends[0], &Get, 1)) == 0);
  join(T);
  CHECK(close(Ends[0]) == 0);
  free(Bytes);
  free(Got);
}

static void makePipe(int P[2]) { CHECK(pipe(P) == 0); }
static void makeUnix(int P[2]) {
  CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, P) == 0);
}

static void everyKind(void) {
  void (*Make[])(int[2]) = {makePipe, makeUnix, tcpPair};
  for (int I = 0; I < 3; ++I) {
    int P[2];
    Make[I](P);
    refuses(P[0], readv);
    refuses(P[1], writev);
    gathersAndScatters(P[0], P[1]);
    CHECK(fcntl(P[0], F_SETFL, O_NONBLOCK) == 0);
    char C;
    struct iovec One = {&C, 1};
    CHECK_ERRNO(readv(P[0], &One, 1), EAGAIN);
    CHECK(fcntl(P[1], F_SETFL, O_NONBLOCK) == 0);
    // A non-blocking write stops where there is no more room.
    unsigned char *Bytes = pattern(Large);
    struct iovec Two[] = {{Bytes, Large / 2}, {Bytes, Large / 2}};
    ssize_t N, Sum = 0;
    while ((N = writev(P[1], Two, 2)) > 0)
      Sum += N;
    CHECK(N == -1 && errno == EAGAIN && Sum > 0);
    free(Bytes);
    signal(SIGPIPE, SIG_IGN);
    close(P[0]);
    while ((N = writev(P[1], Two, 2)) > 0)
      ;
    CHECK(N == -1 && (errno == EPIPE || errno == ECONNRESET));
    close(P[1]);
  }
}

static void files(void) {
  char Name[] = "/tmp/open-co-test-XXXXXX";
  int Fd = mkstemp(Name);
  CHECK(Fd >= 0 && unlink(Name) == 0);
  char A[4], B[4];
  struct iovec Put[] = {{"abcd", 4}, {"ef", 2}}, Get[] = {{A, 4}, {B, 4}};
  CHECK(writev(Fd, Put, 2) == 6);
  CHECK(pwritev2(Fd, Put, 1, 6, 0) == 4);
  CHECK(preadv2(Fd, Get, 2, 3, 0) == 7 && A[0] == 'd' && B[2] == 'd');
  CHECK(lseek(Fd, 0, SEEK_CUR) == 6);
  CHECK(pwritev2(Fd, Put, 1, -1, 0) == 4 && lseek(Fd, 0, SEEK_CUR) == 10);
  CHECK(lseek(Fd, 2, SEEK_SET) == 2);
  CHECK(readv(Fd, Get, 2) == 8 && readv(Fd, Get, 2) == 0);
  close(Fd);
}

int main(void) {
  everywhere(everyKind);
  everywhere(files);
  void (*Make[])(int[2]) = {makePipe, makeUnix, tcpPair};
  for (int I = 0; I < 3; ++I)
    blocks(Make[I]);
  return 0;
}
