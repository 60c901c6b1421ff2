// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: open, openat and creat, with and without large files, make, find and
// refuse files as usual; reads and writes of files move the shared offset.
#include "check.h"
#include <sys/stat.h>

static char Dir[] = "/tmp/open-co-open-XXXXXX";

static void files(void) {
  char Path[128], Name[32], Buf[32];
  static int Serial;
  snprintf(Name, sizeof(Name), "f%d",
           __atomic_fetch_add(&Serial, 1, __ATOMIC_RELAXED));
  snprintf(Path, sizeof(Path), "%s/%s", Dir, Name);

  CHECK_ERRNO(open(Path, O_RDONLY), ENOENT);
  CHECK_ERRNO(open64(Path, O_RDONLY), ENOENT);
  int Fd = KEEPS_ERRNO(open(Path, O_RDWR | O_CREAT | O_EXCL, 0640));
  CHECK(Fd >= 0);
  struct stat St;
  CHECK(fstat(Fd, &St) == 0 && (St.st_mode & 0777) == 0640);
  CHECK_ERRNO(open(Path, O_RDWR | O_CREAT | O_EXCL, 0640), EEXIST);

  CHECK(KEEPS_ERRNO(write(Fd, "0123456789", 10)) == 10);
  CHECK(lseek(Fd, 2, SEEK_SET) == 2);
  CHECK(KEEPS_ERRNO(read(Fd, Buf, 3)) == 3 && memcmp(Buf, "234", 3) == 0);
  int Twin = dup(Fd);
  CHECK(read(Twin, Buf, 3) == 3 && memcmp(Buf, "567", 3) == 0);
  CHECK(KEEPS_ERRNO(read(Fd, Buf, sizeof(Buf))) == 2);
  CHECK(KEEPS_ERRNO(read(Fd, Buf, sizeof(Buf))) == 0);
  CHECK(close(Twin) == 0 && close(Fd) == 0);

  int At = KEEPS_ERRNO(open64(Dir, O_RDONLY | O_DIRECTORY));
  CHECK(At >= 0);
  Fd = KEEPS_ERRNO(openat(At, Name, O_WRONLY | O_APPEND | O_CLOEXEC));
  CHECK(Fd >= 0 && fcntl(Fd, F_GETFD) == FD_CLOEXEC);
  CHECK(write(Fd, "ab", 2) == 2 && lseek(Fd, 0, SEEK_CUR) == 12);
  CHECK_ERRNO(read(Fd, Buf, 1), EBADF);
  CHECK(close(Fd) == 0);
  Fd = KEEPS_ERRNO(openat64(At, Name, O_RDONLY));
  CHECK(read(Fd, Buf, sizeof(Buf)) == 12 && Buf[11] == 'b');
  CHECK_ERRNO(write(Fd, "x", 1), EBADF);
  CHECK(close(Fd) == 0);
  CHECK_ERRNO(openat(At, "missing", O_RDONLY), ENOENT);
  CHECK_ERRNO(openat(-1, Name, O_RDONLY), EBADF);
  CHECK(close(At) == 0);

  Fd = KEEPS_ERRNO(creat(Path, 0600)); // Truncates.
  CHECK(fstat(Fd, &St) == 0 && St.st_size == 0 && close(Fd) == 0);
  Fd = KEEPS_ERRNO(creat64(Path, 0600));
  CHECK((fcntl(Fd, F_GETFL) & O_ACCMODE) == O_WRONLY && close(Fd) == 0);
  CHECK_ERRNO(creat(Dir, 0600), EISDIR);
  CHECK_ERRNO(open((const char *)8, O_RDONLY), EFAULT);
  CHECK(unlink(Path) == 0);

  Fd = open("/dev/zero", O_RDONLY);
  memset(Buf, 1, sizeof(Buf));
  CHECK(KEEPS_ERRNO(read(Fd, Buf, sizeof(Buf))) == sizeof(Buf));
  for (size_t I = 0; I < sizeof(Buf); ++I)
    CHECK(Buf[I] == 0);
  CHECK(close(Fd) == 0);
}

int main(void) {
  CHECK(mkdtemp(Dir) != NULL);
  umask(0);
  everywhere(files);
  CHECK(rmdir(Dir) == 0);
  return 0;
}
