// files.c - operations that move bytes between descriptors, lock files, or wait
// for the disk.
#include "../run.h"

#include <sys/file.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>

OP(sync, "fd via5") {
  int Fd = fdIn(R, A[0]);
  switch (A[1]) {
  case 0:
    RESULT(fsync, Fd);
    break;
  case 1:
    RESULT(fdatasync, Fd);
    break;
  case 2:
    RESULT(sync_file_range, Fd, 0, 0, SYNC_FILE_RANGE_WRITE);
    break;
  case 3:
    RESULT(syscall, SYS_fsync, Fd);
    break;
  case 4:
    RESULT(syscall, SYS_fdatasync, Fd);
    break;
  }
}

OP(syncfs, "") { RESULT(syncfs, -1); }

OP(resize, "") {
  RESULT(truncate, "", 0);
  RESULT(truncate64, "", 0);
  RESULT(ftruncate, -1, 0);
  RESULT(ftruncate64, -1, 0);
  RESULT(fallocate, -1, 0, 0, 1);
  RESULT(fallocate64, -1, 0, 0, 1);
  STATUS(posix_fallocate, -1, 0, 1);
  STATUS(posix_fallocate64, -1, 0, 1);
}

OP(msync, "ptr") {
  RESULT(msync, address(R, A[0], 4096), 4096, MS_ASYNC);
  RESULT(msync, (void *)1, 4096, MS_SYNC);
}

/// What is there goes from one to the other; nothing is waited for.
OP(sendfile, "fd fd size offset via2") {
  int Out = fdIn(R, A[0]), In = fdIn(R, A[1]);
  off_t Offset = A[3] < 0 ? 0 : A[3];
  size_t N = (size_t)(A[2] < 4096 ? A[2] : 4096);
  if (blocks(R, In, POLLIN) || blocksWriting(R, Out, kindIn(R, A[0]), (long)N))
    return;
  off_t *P = A[3] < 0 ? NULL : &Offset;
  if (A[4])
    RESULT(sendfile64, Out, In, P, N);
  else
    RESULT(sendfile, Out, In, P, N);
  say(R, " offset=%ld", (long)Offset);
}

OP(splice, "fd fd size spliceflags via2") {
  int In = fdIn(R, A[0]), Out = fdIn(R, A[1]);
  size_t N = (size_t)(A[2] < 4096 ? A[2] : 4096);
  if (blocks(R, In, POLLIN) || blocksWriting(R, Out, kindIn(R, A[1]), (long)N))
    return;
  if (A[4] && !(A[3] & SPLICE_F_NONBLOCK) &&
      (isNotReady(R, In, POLLIN) || isNotReady(R, Out, POLLOUT)))
    return;
  if (A[4])
    RESULT(tee, In, Out, N, (unsigned)A[3]);
  else
    RESULT(splice, In, NULL, Out, NULL, N, (unsigned)A[3]);
}

OP(vmsplice, "fd size spliceflags") {
  int Fd = fdIn(R, A[0]);
  size_t N = (size_t)(A[1] < 4096 ? A[1] : 4096);
  // From a pipe's reading end it reads.
  int Reads = (raw(SYS_fcntl, Fd, F_GETFL, 0, 0, 0) & O_ACCMODE) == O_RDONLY;
  if (!(A[2] & SPLICE_F_NONBLOCK) &&
      isNotReady(R, Fd, Reads ? POLLIN : POLLOUT))
    return;
  // The pipe refers to the pages: they must not change before it is read.
  static char Constant[4096] __attribute__((aligned(4096))) = "vmsplice sends";
  struct iovec V = {Reads ? address(R, Good, N) : Constant, N};
  RESULT(vmsplice, Fd, &V, 1, (unsigned)A[2]);
}

OP(copy_file_range, "fd fd size offset") {
  off64_t In = A[3], Out = A[3];
  RESULT(copy_file_range, fdIn(R, A[0]), A[3] < 0 ? NULL : &In, fdIn(R, A[1]),
         A[3] < 0 ? NULL : &Out, (size_t)A[2], 0);
}

OP(lseek, "fd offset whence") {
  errno = Sentinel;
  result(R, "lseek", lseek(fdIn(R, A[0]), A[1], (int)A[2]));
}

/// Whose locks others may hold, too: another lane, or another process. All
/// eventfds, epolls and so on are one file to the kernel.
static int isShared(Run *R, long Slot) {
  struct stat S;
  return kindIn(R, Slot) == KindShared ||
         (fstat(fdIn(R, Slot), &S) == 0 && (S.st_mode & S_IFMT) == 0);
}

OP(flock, "fd lockop via2") {
  if (isShared(R, A[0]))
    return;
  static const int Ops[] = {LOCK_SH, LOCK_EX, LOCK_UN};
  int Op = Ops[A[1]];
  if (!R->S->MayWait)
    Op |= LOCK_NB;
  if (A[2])
    RESULT(syscall, SYS_flock, fdIn(R, A[0]), Op);
  else
    RESULT(flock, fdIn(R, A[0]), Op);
}

/// Locks of the open file description conflict within the process, too.
OP(lock_range, "fd lockop via2") {
  if (isShared(R, A[0]))
    return;
  static const short Types[] = {F_RDLCK, F_WRLCK, F_UNLCK};
  struct flock L = {.l_type = Types[A[1]], .l_whence = SEEK_SET, .l_len = 10};
  int Command = R->S->MayWait ? F_OFD_SETLKW : F_OFD_SETLK;
  if (A[2])
    RESULT(fcntl64, fdIn(R, A[0]), Command, &L);
  else
    RESULT(fcntl, fdIn(R, A[0]), Command, &L);
}

/// Those of the process do not wait for it.
OP(lockf, "fd lockop via3") {
  if (isShared(R, A[0]))
    return;
  static const int Ops[] = {F_TLOCK, F_LOCK, F_ULOCK};
  static const short Types[] = {F_RDLCK, F_WRLCK, F_UNLCK};
  struct flock L = {.l_type = Types[A[1]], .l_whence = SEEK_SET, .l_len = 10};
  int Fd = fdIn(R, A[0]);
  struct flock Test = {.l_type = F_WRLCK, .l_whence = SEEK_CUR, .l_len = 10};
  struct flock TestRange = L;
  if ((A[1] == 1 ||
       A[2] == 2) && // Locks of the description are in the way, too.
      ((raw(SYS_fcntl, Fd, F_GETLK, (long)&Test, 0, 0) == 0 &&
        Test.l_type != F_UNLCK) ||
       (raw(SYS_fcntl, Fd, F_GETLK, (long)&TestRange, 0, 0) == 0 &&
        TestRange.l_type != F_UNLCK))) {
    say(R, " would block");
    return;
  }
  if (A[2] == 0)
    RESULT(lockf, Fd, Ops[A[1]], 10);
  else if (A[2] == 1)
    RESULT(lockf64, Fd, Ops[A[1]], 10);
  else
    RESULT(fcntl, Fd, F_SETLKW, &L);
}
