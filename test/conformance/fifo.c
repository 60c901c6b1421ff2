// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: opening a FIFO waits for the other end, from any thread, also when
// many are opened crosswise; then bytes pass as through a pipe, and also into
// its last page.
#include "check.h"
#include <poll.h>
#include <sys/stat.h>
#include <sys/uio.h>

enum { Count = 8 };
static char Dir[] = "/tmp/open-co-fifo-XXXXXX";

static void path(char *Buf, size_t Len, int I) {
  snprintf(Buf, Len, "%s/%d", Dir, I);
}

static void *readEnd(void *Arg) {
  char Path[64], Buf[16];
  int I = (int)(long)Arg;
  path(Path, sizeof(Path), I);
  int Fd = KEEPS_ERRNO(open(Path, O_RDONLY));
  CHECK(Fd >= 0);
  CHECK(readAll(Fd, Buf, sizeof(Buf)) == 6 && memcmp(Buf, "fifo", 4) == 0);
  CHECK(Buf[5] == I);
  CHECK(close(Fd) == 0);
  return NULL;
}

static void *writeEnd(void *Arg) {
  char Path[64], Bytes[] = "fifo??";
  int I = (int)(long)Arg;
  path(Path, sizeof(Path), I);
  int Fd = KEEPS_ERRNO(open(Path, O_WRONLY));
  CHECK(Fd >= 0);
  Bytes[5] = (char)I;
  CHECK(write(Fd, Bytes, 4) == 4);
  sleepMs(5);
  CHECK(write(Fd, Bytes + 4, 2) == 2);
  CHECK(close(Fd) == 0);
  return NULL;
}

static void crosswise(void) {
  pthread_t T[2 * Count];
  for (long I = 0; I < Count; ++I) {
    T[I] = start(I % 2 ? readEnd : writeEnd, (void *)I);
  }
  for (long I = 0; I < Count; ++I)
    T[Count + I] = start(I % 2 ? writeEnd : readEnd, (void *)I);
  for (int I = 0; I < 2 * Count; ++I)
    join(T[I]);
}

/// A FIFO without a free page, as poll says, has room in its last one.
static void lastPage(void) {
  static char Bytes[1 << 20];
  char Path[64];
  path(Path, sizeof(Path), 1);
  int Fd = open(Path, O_RDWR);
  struct pollfd P = {Fd, POLLOUT, 0};
  struct iovec Parts[] = {{Bytes, 100}, {Bytes, 100}};
  int Full = fcntl(Fd, F_GETPIPE_SZ) - 1536;
  CHECK(Full > 0 && write(Fd, Bytes, Full) == Full);
  CHECK(poll(&P, 1, 0) == 0);
  CHECK(KEEPS_ERRNO(write(Fd, Bytes, 1000)) == 1000);
  CHECK(KEEPS_ERRNO(writev(Fd, Parts, 2)) == 200);
  CHECK(fcntl(Fd, F_SETFL, O_NONBLOCK) == 0);
  CHECK(write(Fd, Bytes, 336) == 336);
  CHECK_ERRNO(write(Fd, Bytes, 1), EAGAIN);
  CHECK(close(Fd) == 0);
}

/// Where no writer ever was is the end, once the reader would wait.
static void noWriter(void) {
  char Path[64], C;
  struct iovec Part = {&C, 1};
  path(Path, sizeof(Path), 2);
  int Fd = open(Path, O_RDONLY | O_NONBLOCK);
  CHECK(Fd >= 0 && fcntl(Fd, F_SETFL, 0) == 0);
  CHECK(KEEPS_ERRNO(read(Fd, &C, 1)) == 0);
  CHECK(KEEPS_ERRNO(readv(Fd, &Part, 1)) == 0);
  FILE *F = fdopen(dup(Fd), "r");
  CHECK(fgetc(F) == EOF && feof(F) && !ferror(F));
  CHECK(fclose(F) == 0);
  int Writer = open(Path, O_WRONLY);
  CHECK(write(Writer, "x", 1) == 1);
  CHECK(KEEPS_ERRNO(read(Fd, &C, 1)) == 1 && C == 'x');
  CHECK(close(Writer) == 0 && close(Fd) == 0);
}

int main(void) {
  char Path[64];
  CHECK(mkdtemp(Dir) != NULL);
  for (int I = 0; I < Count; ++I) {
    path(Path, sizeof(Path), I);
    CHECK(mkfifo(Path, 0600) == 0);
  }
  path(Path, sizeof(Path), 0);
  CHECK_ERRNO(open(Path, O_WRONLY | O_NONBLOCK), ENXIO);
  crosswise();
  inThread(crosswise);
  lastPage();
  inThread(lastPage);
  noWriter();
  inThread(noWriter);
  pthread_t T = start(writeEnd, (void *)3);
  readEnd((void *)3);
  join(T);
  T = start(readEnd, (void *)3);
  writeEnd((void *)3);
  join(T);
  for (int I = 0; I < Count; ++I) {
    path(Path, sizeof(Path), I);
    CHECK(unlink(Path) == 0);
  }
  CHECK(rmdir(Dir) == 0);
  return 0;
}
