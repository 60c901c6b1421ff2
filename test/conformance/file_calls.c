// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: calls on files and between descriptors that block without readiness:
// results, errors, and that other threads go on while one of them waits.
#include "check.h"
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/uio.h>

enum { Large = 1 << 20 };

static int tempFile(void) {
  char Name[] = "/tmp/open-co-test-XXXXXX";
  int Fd = mkstemp(Name);
  CHECK(Fd >= 0 && unlink(Name) == 0);
  return Fd;
}

static void syncs(void) {
  int Fd = tempFile(), P[2];
  CHECK(pipe(P) == 0 && write(Fd, "abc", 3) == 3);
  CHECK(KEEPS_ERRNO(fsync(Fd)) == 0 && KEEPS_ERRNO(fdatasync(Fd)) == 0);
  CHECK(KEEPS_ERRNO(syncfs(Fd)) == 0);
  CHECK(KEEPS_ERRNO(sync_file_range(Fd, 0, 0, SYNC_FILE_RANGE_WRITE)) == 0);
  CHECK_ERRNO(fsync(P[0]), EINVAL);
  CHECK_ERRNO(fdatasync(-1), EBADF);
  CHECK_ERRNO(syncfs(-1), EBADF);
  CHECK_ERRNO(sync_file_range(P[0], 0, 0, 0), ESPIPE);
  char *Map = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, Fd, 0);
  CHECK(Map != MAP_FAILED && KEEPS_ERRNO(msync(Map, 4096, MS_SYNC)) == 0);
  CHECK_ERRNO(msync(Map + 1, 4096, MS_SYNC), EINVAL);
  munmap(Map, 4096);
  int Copy = tempFile();
  off_t From = 1;
  CHECK(copy_file_range(Fd, &From, Copy, NULL, 2, 0) == 2 && From == 3);
  CHECK_ERRNO(copy_file_range(Fd, NULL, P[1], NULL, 2, 0), EINVAL);
  int All[] = {Fd, Copy, P[0], P[1]};
  for (int I = 0; I < 4; ++I)
    CHECK(close(All[I]) == 0);
}

static void *readsAll(void *Arg) {
  unsigned char *Got = malloc(Large);
  CHECK(readAll(*(int *)Arg, Got, Large) == Large);
  for (size_t I = 0; I < Large; ++I)
    CHECK(Got[I] == patternAt(I));
  free(Got);
  return NULL;
}

static void sendsFiles(void) {
  unsigned char *Bytes = pattern(Large);
  int Fd = tempFile(), S[2];
  CHECK(write(Fd, Bytes, Large) == Large);
  CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, S) == 0);
  pthread_t T = start(readsAll, &S[0]);
  off_t Offset = 0;
  CHECK(KEEPS_ERRNO(sendfile(S[1], Fd, &Offset, Large)) == Large);
  CHECK(Offset == Large);
  join(T);
  CHECK(sendfile(S[1], Fd, &Offset, 10) == 0);
  CHECK_ERRNO(sendfile(S[1], -1, NULL, 10), EBADF);
  signal(SIGPIPE, SIG_IGN);
  CHECK(close(S[0]) == 0);
  Offset = 0;
  CHECK_ERRNO(sendfile(S[1], Fd, &Offset, 10), EPIPE);
  CHECK(close(S[1]) == 0 && close(Fd) == 0);
  free(Bytes);
}

/// A socket that is non-blocking and empty: the room at the other end is not
/// what it waits for.
static void sendsNothing(void) {
  int S[2], P[2];
  CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, S) == 0);
  CHECK(pipe(P) == 0);
  CHECK_ERRNO(sendfile(P[1], S[0], NULL, 10), EAGAIN);
  CHECK(write(S[1], "abc", 3) == 3);
  CHECK(KEEPS_ERRNO(sendfile(P[1], S[0], NULL, 10)) == 3);
  CHECK(close(S[0]) == 0 && close(S[1]) == 0);
  CHECK(close(P[0]) == 0 && close(P[1]) == 0);
}

static void *splicesOn(void *Arg) {
  int *P = Arg;
  static char Two[] = "ab"; // The pipe refers to it.
  struct iovec V = {Two, 2};
  sched_yield();
  CHECK(vmsplice(P[1], &V, 1, 0) == 2);
  return NULL;
}

static void splices(void) {
  int A[2], B[2];
  char Buf[4];
  CHECK(pipe(A) == 0 && pipe(B) == 0);
  CHECK_ERRNO(splice(A[0], NULL, B[1], NULL, 4, SPLICE_F_NONBLOCK), EAGAIN);
  pthread_t T = start(splicesOn, A);
  CHECK(KEEPS_ERRNO(splice(A[0], NULL, B[1], NULL, 4, 0)) == 2); // Waits.
  join(T);
  CHECK(tee(B[0], A[1], 4, 0) == 2);
  CHECK(read(B[0], Buf, 4) == 2 && read(A[0], Buf, 4) == 2 && Buf[1] == 'b');
  CHECK_ERRNO(splice(-1, NULL, B[1], NULL, 4, 0), EBADF);
  CHECK_ERRNO(tee(-1, A[1], 4, 0), EBADF);
  int All[] = {A[0], A[1], B[0], B[1]};
  for (int I = 0; I < 4; ++I)
    CHECK(close(All[I]) == 0);
}

// -- Locks ------------------------------------------------------------------

static char Path[] = "/tmp/open-co-test-XXXXXX";
static Gate Waiting = GATE_INIT;
static int Free;

static void *locks(void *Arg) {
  int Way = *(int *)Arg, Fd = open(Path, O_RDWR);
  CHECK(Fd >= 0);
  struct flock L = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  post(&Waiting);
  if (Way == 0)
    CHECK(KEEPS_ERRNO(flock(Fd, LOCK_EX)) == 0);
  else
    CHECK(KEEPS_ERRNO(fcntl(Fd, F_OFD_SETLKW, &L)) == 0);
  CHECK(__atomic_load_n(&Free, __ATOMIC_SEQ_CST));
  CHECK(close(Fd) == 0);
  return NULL;
}

static void waitsForLocks(void) {
  for (int Way = 0; Way < 2; ++Way) {
    int Fd = open(Path, O_RDWR);
    struct flock L = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    CHECK(flock(Fd, LOCK_EX | LOCK_NB) == 0);
    CHECK(fcntl(Fd, F_OFD_SETLK, &L) == 0);
    int Other = open(Path, O_RDWR);
    CHECK_ERRNO(flock(Other, LOCK_EX | LOCK_NB), EWOULDBLOCK);
    CHECK_ERRNO(fcntl(Other, F_OFD_SETLK, &L), EAGAIN);
    CHECK(close(Other) == 0);
    Free = Waiting.Count = 0;
    pthread_t T[4];
    for (int I = 0; I < 4; ++I) // More than workers, at times.
      T[I] = start(locks, &Way);
    await(&Waiting, 4);
    __atomic_store_n(&Free, 1, __ATOMIC_SEQ_CST);
    CHECK(close(Fd) == 0);
    for (int I = 0; I < 4; ++I)
      join(T[I]);
  }
}

static void lockfCalls(void) {
  int Fd = open(Path, O_RDWR), P[2];
  CHECK(Fd >= 0 && pipe(P) == 0);
  CHECK(KEEPS_ERRNO(lockf(Fd, F_LOCK, 0)) == 0);
  CHECK(lockf(Fd, F_TEST, 0) == 0); // By process: its own.
  fflush(NULL);
  pid_t Pid = fork();
  if (Pid == 0) {
    CHECK_ERRNO(lockf(Fd, F_TLOCK, 0), EAGAIN);
    CHECK(write(P[1], "x", 1) == 1);
    CHECK(lockf(Fd, F_LOCK, 0) == 0); // Waits for the parent.
    _exit(0);
  }
  char C;
  CHECK(read(P[0], &C, 1) == 1 && lockf(Fd, F_ULOCK, 0) == 0);
  int Status = -1;
  CHECK(waitpid(Pid, &Status, 0) == Pid && Status == 0);
  CHECK_ERRNO(lockf(P[0], F_LOCK, 0), EBADF);
  CHECK(close(Fd) == 0 && close(P[0]) == 0 && close(P[1]) == 0);
}

int main(void) {
  int Fd = mkstemp(Path);
  CHECK(Fd >= 0 && close(Fd) == 0);
  everywhere(syncs);
  everywhere(sendsFiles);
  everywhere(sendsNothing);
  everywhere(splices);
  waitsForLocks();
  inThread(waitsForLocks);
  lockfCalls();
  inThread(lockfCalls);
  CHECK(unlink(Path) == 0);
  return 0;
}
