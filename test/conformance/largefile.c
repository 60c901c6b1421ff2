// RUN: %clang -D_FILE_OFFSET_BITS=64 %s -o %t && %native %t
// RUN: %open_co_clang -D_FILE_OFFSET_BITS=64 %s -o %t.oc && %run %t.oc
// Intent: with 64-bit offsets asked for, fcntl is fcntl64 and open, openat and
// creat are open64, openat64 and creat64; O_NONBLOCK and locks work as ever.
#include "check.h"
#include <sys/sendfile.h>
#include <sys/uio.h>

static char Path[] = "/tmp/open-co-large-XXXXXX";

static void flags(void) {
  int P[2];
  char C;
  CHECK(pipe(P) == 0);
  CHECK(KEEPS_ERRNO(fcntl(P[0], F_SETFL, O_NONBLOCK)) == 0);
  CHECK_ERRNO(read(P[0], &C, 1), EAGAIN);
  CHECK(fcntl(P[0], F_GETFL) == O_NONBLOCK);
  CHECK(KEEPS_ERRNO(fcntl64(P[0], F_SETFL, 0)) == 0);
  CHECK(fcntl64(P[0], F_GETFL) == 0);
  CHECK(close(P[0]) == 0 && close(P[1]) == 0);
  CHECK_ERRNO(fcntl64(-1, F_GETFL), EBADF);

  int Fd = open(Path, O_RDWR);
  CHECK(Fd >= 0);
  CHECK(fcntl(Fd, F_GETFL) & O_RDWR);
  CHECK(lseek(Fd, 5LL << 30, SEEK_SET) == 5LL << 30);
  CHECK(KEEPS_ERRNO(read(Fd, &C, 1)) == 0);
  CHECK(KEEPS_ERRNO(lockf64(Fd, F_LOCK, 1LL << 33)) == 0);
  CHECK(KEEPS_ERRNO(lockf64(Fd, F_ULOCK, 1LL << 33)) == 0);
  CHECK_ERRNO(lockf64(-1, F_LOCK, 1), EBADF);
  CHECK(close(Fd) == 0);
}

/// What has 64-bit offsets under a name of its own.
static void offsets(void) {
  int Fd = open(Path, O_RDWR), S[2];
  char Put[] = "abc", Got[4] = "";
  struct iovec P = {Put, 3}, G = {Got, 3};
  CHECK(Fd >= 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, S) == 0);
  CHECK(KEEPS_ERRNO(pwritev64v2(Fd, &P, 1, 5LL << 30, 0)) == 3);
  CHECK(KEEPS_ERRNO(preadv64v2(Fd, &G, 1, 5LL << 30, 0)) == 3);
  CHECK(!strcmp(Got, "abc"));
  off64_t Offset = (5LL << 30) + 1;
  CHECK(KEEPS_ERRNO(sendfile64(S[1], Fd, &Offset, 2)) == 2);
  CHECK(Offset == (5LL << 30) + 3);
  CHECK(KEEPS_ERRNO(preadv64v2(S[0], &G, 1, -1, 0)) == 2);
  CHECK(!strcmp(Got, "bcc"));
  CHECK(KEEPS_ERRNO(pwritev64v2(S[1], &P, 1, -1, 0)) == 3);
  CHECK(ftruncate(Fd, 0) == 0 && close(Fd) == 0);
  CHECK(close(S[0]) == 0 && close(S[1]) == 0);
}

/// Runs in a child: the lock at 0 is held by the parent until it is told.
static int Held, Tell[2];
static void waitForLock(void) {
  int Fd = open(Path, O_RDWR);
  struct flock Lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1};
  CHECK(fcntl(Fd, F_SETLK, &Lock) == -1);
  CHECK(errno == EAGAIN || errno == EACCES);
  struct flock Asked = Lock;
  CHECK(KEEPS_ERRNO(fcntl(Fd, F_GETLK, &Asked)) == 0);
  CHECK(Asked.l_type == F_WRLCK && Asked.l_pid == getppid());
  CHECK(write(Tell[1], "x", 1) == 1);
  CHECK(KEEPS_ERRNO(fcntl(Fd, F_SETLKW, &Lock)) == 0);
  Lock.l_type = F_UNLCK;
  CHECK(KEEPS_ERRNO(fcntl(Fd, F_SETLK, &Lock)) == 0);
}
static void waitForLockInThread(void) { inThread(waitForLock); }

static void *unlockWhenTold(void *Arg) {
  char C;
  struct flock Lock = {.l_type = F_UNLCK, .l_whence = SEEK_SET, .l_len = 1};
  (void)Arg;
  CHECK(read(Tell[0], &C, 1) == 1);
  sleepMs(20);
  CHECK(fcntl(Held, F_SETLK, &Lock) == 0);
  return NULL;
}

static void locks(void) {
  for (int Threaded = 0; Threaded < 2; ++Threaded) {
    struct flock Lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1};
    CHECK(KEEPS_ERRNO(fcntl(Held, F_SETLKW, &Lock)) == 0);
    pthread_t T = start(unlockWhenTold, NULL);
    CHECK(inChild(Threaded ? waitForLockInThread : waitForLock) == 0);
    join(T);
  }
}

int main(void) {
  Held = mkstemp(Path);
  CHECK(Held >= 0 && pipe(Tell) == 0);
  everywhere(flags);
  offsets();
  inThread(offsets);
  // The program's own descriptor must outlive these closes: POSIX drops all
  // locks of a process when it closes any descriptor of the file.
  locks();
  inThread(locks);
  CHECK(unlink(Path) == 0);
  return 0;
}
