// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: what goes beyond RLIMIT_FSIZE fails with EFBIG and SIGXFSZ, which is
// handled on the thread that made the call, pends while that blocks it, is
// ignored, or ends the process.
#include "check.h"
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/syscall.h>
#include <sys/uio.h>

enum { Limit = 1000 };

static __thread int Caught;
static char Path[] = "/tmp/open-co-XXXXXX";

static void onLimit(int Signal) {
  CHECK(Signal == SIGXFSZ);
  ++Caught;
}

/// A file that is as long as it may be.
static int full(void) {
  static char Bytes[2 * Limit];
  strcpy(Path + strlen(Path) - 6, "XXXXXX");
  int Fd = mkstemp(Path);
  CHECK(Fd >= 0 && write(Fd, Bytes, 2 * Limit) == Limit);
  return Fd;
}

static void everyCall(void) {
  int Fd = full(), From = open("/proc/self/exe", O_RDONLY);
  struct iovec Part = {Path, 10};
  int Count = 0;
#define IS_TOO_LARGE(Expr)                                                     \
  do {                                                                         \
    CHECK_ERRNO(Expr, EFBIG);                                                  \
    CHECK(Caught == ++Count);                                                  \
  } while (0)
  IS_TOO_LARGE(write(Fd, Path, 10));
  IS_TOO_LARGE(writev(Fd, &Part, 1));
  IS_TOO_LARGE(pwrite(Fd, Path, 10, 5000));
  IS_TOO_LARGE(pwrite64(Fd, Path, 10, 5000));
  IS_TOO_LARGE(pwritev(Fd, &Part, 1, 5000));
  IS_TOO_LARGE(pwritev64(Fd, &Part, 1, 5000));
  IS_TOO_LARGE(pwritev2(Fd, &Part, 1, 5000, 0));
  IS_TOO_LARGE(ftruncate(Fd, 5000));
  IS_TOO_LARGE(ftruncate64(Fd, 5000));
  IS_TOO_LARGE(truncate(Path, 5000));
  IS_TOO_LARGE(truncate64(Path, 5000));
  IS_TOO_LARGE(sendfile(Fd, From, NULL, 10));
  IS_TOO_LARGE(syscall(SYS_write, Fd, Path, 10));
  IS_TOO_LARGE(syscall(SYS_ftruncate, Fd, 5000));
  IS_TOO_LARGE(dprintf(Fd, "text"));
  CHECK(posix_fallocate(Fd, 0, 5000) == EFBIG && Caught == ++Count);
  CHECK(posix_fallocate64(Fd, 0, 5000) == EFBIG && Caught == ++Count);
  if (fallocate(Fd, 0, 0, 5) == 0) { // Not on each file system.
    IS_TOO_LARGE(fallocate(Fd, 0, 0, 5000));
    IS_TOO_LARGE(fallocate64(Fd, 0, 0, 5000));
  }

  FILE *F = fdopen(dup(Fd), "w");
  CHECK(fputs("text", F) == 1);
  IS_TOO_LARGE(fflush(F));
  CHECK(ferror(F));
  CHECK(setvbuf(F, NULL, _IONBF, 0) == 0);
  IS_TOO_LARGE(fputc('c', F));
  IS_TOO_LARGE(fprintf(F, "%d", 1));
  CHECK(fclose(F) == 0 && Caught == Count);
  F = fdopen(dup(Fd), "w");
  CHECK(fputs("text", F) == 1);
  IS_TOO_LARGE(fclose(F));

  CHECK(KEEPS_ERRNO(ftruncate(Fd, 10)) == 0);
  CHECK(KEEPS_ERRNO(pwrite(Fd, Path, 10, 10)) == 10);
  CHECK(Caught == Count);
  Caught = 0;
  CHECK(unlink(Path) == 0 && close(Fd) == 0 && close(From) == 0);
}

static void blocked(void) {
  sigset_t Set, Old, Pending;
  int Fd = full();
  sigemptyset(&Set);
  sigaddset(&Set, SIGXFSZ);
  CHECK(pthread_sigmask(SIG_BLOCK, &Set, &Old) == 0);
  CHECK_ERRNO(write(Fd, Path, 1), EFBIG);
  CHECK_ERRNO(pwrite(Fd, Path, 1, 5000), EFBIG);
  CHECK(Caught == 0 && sigpending(&Pending) == 0);
  CHECK(sigismember(&Pending, SIGXFSZ) == 1);
  CHECK(pthread_sigmask(SIG_SETMASK, &Old, NULL) == 0);
  CHECK(Caught == 1);
  Caught = 0;
  CHECK(unlink(Path) == 0 && close(Fd) == 0);
}

static void ignored(void) {
  int Fd = full();
  CHECK_ERRNO(write(Fd, Path, 1), EFBIG);
  CHECK_ERRNO(ftruncate(Fd, 5000), EFBIG);
  CHECK(unlink(Path) == 0 && close(Fd) == 0);
}

static void dies(void) {
  int Fd = full();
  CHECK(unlink(Path) == 0);
  write(Fd, Path, 1);
}

static void diesInThread(void) { inThread(dies); }

int main(void) {
  struct rlimit L = {Limit, Limit}, NoCore = {0, 0};
  CHECK(setrlimit(RLIMIT_CORE, &NoCore) == 0);
  CHECK(setrlimit(RLIMIT_FSIZE, &L) == 0);
  signal(SIGXFSZ, onLimit);
  everyCall();
  inThread(everyCall);
  everyCall();
  blocked();
  inThread(blocked);
  signal(SIGXFSZ, SIG_IGN);
  ignored();
  inThread(ignored);
  signal(SIGXFSZ, SIG_DFL);
  int Status = inChild(dies);
  CHECK(WIFSIGNALED(Status) && WTERMSIG(Status) == SIGXFSZ);
  Status = inChild(diesInThread);
  CHECK(WIFSIGNALED(Status) && WTERMSIG(Status) == SIGXFSZ);
  return 0;
}
