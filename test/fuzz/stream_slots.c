// stream_slots.c - the streams of a script's slots. Looks at their buffers, and
// asks the kernel behind the runtime's back.
#include "stream.h"

#include <limits.h>
#include <stdio_ext.h>
#include <sys/stat.h>

FILE *streamIn(Run *R, long Slot) {
  FILE *F = Slot >= 0 && Slot < NumSlots ? R->L->Stream[Slot] : NULL;
  if (!F)
    say(R, " no stream");
  return F;
}

void closeStream(Run *R, long Slot) {
  FILE *F = R->L->Stream[Slot];
  int Before = me()->Caught[SIGPIPE];
  if (blocksOutput(R, Slot, 0, 0))
    __fpurge(F);
  R->L->Stream[Slot] = NULL;
  errno = Sentinel;
  long Failed = fclose(F);
  COUNT("fclose");
  result(R, "fclose", Failed);
  sayPipe(R, Before);
}

void emptyStreams(Run *R) {
  for (int I = 0; I < NumSlots; ++I)
    if (R->L->Stream[I])
      __fpurge(R->L->Stream[I]);
}

static int isWide(FILE *F) { return F->_mode > 0; }

int hasPushedBack(FILE *F) {
  enum { InBackup = 0x100 };
  return F->_IO_save_base || F->_flags & InBackup;
}

static size_t buffered(const FILE *F) {
  return (size_t)(F->_IO_read_end - F->_IO_read_ptr);
}

/// A read ends in time: it fails, or somebody ended the other side.
static int readEnds(int Fd) {
  struct pollfd P = {Fd, POLLIN | POLLRDHUP, 0};
  raw(SYS_poll, (long)&P, 1, 0, 0, 0);
  return isNonBlocking(Fd) || hasTimeout(Fd, SO_RCVTIMEO) ||
         P.revents & (POLLHUP | POLLRDHUP | POLLERR);
}

/// Whether reads surely get \p N bytes.
static int canRead(int Fd, int Kind, size_t N) {
  long Flags = raw(SYS_fcntl, Fd, F_GETFL, 0, 0, 0);
  if (Kind == KindPipe && Flags & O_DIRECT) // Parts of packets are lost.
    Kind = KindMessages;
  switch (Kind) {
  case KindPipe:
  case KindStream:
    return (size_t)available(Fd) >= N;
  case KindEvent:
    return N <= 8 && isReady(Fd, POLLIN);
  default:
    return N <= 1 && isReady(Fd, POLLIN);
  }
}

static int isFile(int Fd) {
  struct stat S;
  return fstat(Fd, &S) == 0 &&
         (S_ISREG(S.st_mode) || S_ISDIR(S.st_mode) || S_ISCHR(S.st_mode));
}

int blocksInput(Run *R, long Slot, size_t N, int Line) {
  FILE *F = R->L->Stream[Slot];
  int Fd = fdIn(R, Slot);
  size_t Have = isWide(F) ? 0 : buffered(F);
  long Access = raw(SYS_fcntl, Fd, F_GETFL, 0, 0, 0) & O_ACCMODE;
  if (R->S->MayWait || !N)
    return 0;
  if (Access == O_WRONLY) // What is in the buffer goes out first.
    return __fpending(F) && blocksOutput(R, Slot, 0, 0);
  if (__fpending(F)) { // Programs flush before they read.
    say(R, " has output");
    return 1;
  }
  if (Have >= N || (Line && Have && memchr(F->_IO_read_ptr, '\n', Have)))
    return 0;
  if (isWide(F) || fwide(F, 0) > 0)
    N = N > INT_MAX ? N : N * 4;
  if (isFile(Fd) || readEnds(Fd) || canRead(Fd, kindIn(R, Slot), N - Have))
    return 0;
  say(R, " would block");
  return 1;
}

static int isMessages(int Fd, int Kind) {
  long Flags = raw(SYS_fcntl, Fd, F_GETFL, 0, 0, 0);
  return Kind == KindMessages || (Kind == KindPipe && Flags & O_DIRECT);
}

int isCut(Run *R, int Fd, int Kind, size_t N, size_t Size) {
  if (N <= Size || !isMessages(Fd, Kind))
    return 0;
  say(R, " is cut");
  return 1;
}

int blocksOutput(Run *R, long Slot, size_t N, int Pieces) {
  FILE *F = R->L->Stream[Slot];
  int Fd = fdIn(R, Slot), Kind = kindIn(R, Slot);
  size_t Pending = __fpending(F);
  if (N && hasPushedBack(F)) { // Programs seek in between.
    say(R, " has input pushed back");
    return 1;
  }
  if (R->S->MayWait || !__fwritable(F) || isNonBlocking(Fd) || !(N + Pending))
    return 0;
  // The buffer takes it, unless it was exchanged while it was written to.
  int IsUsual = !Pending || F->_IO_write_end == F->_IO_buf_end;
  if (N && Pending + N <= __fbufsize(F) && __fbufsize(F) > 1 && !__flbf(F) &&
      IsUsual)
    return 0;
  int IsInParts = Pieces || __flbf(F) || isWide(F);
  int Writes = IsInParts ? 2 : (N != 0) + (Pending != 0);
  // The second may find no room, however little it needs.
  if (Writes > 1 &&
      (isMessages(Fd, Kind) || (Kind == KindPipe && available(Fd)))) {
    say(R, " would block");
    return 1;
  }
  size_t All = Pending + N;
  if (isWide(F) || fwide(F, 0) > 0) // Goes out 16 bytes at a time.
    All *= Kind == KindStream ? 16 : 4;
  return blocksWriting(R, Fd, Kind, (long)All);
}

long streamResult(Run *R, const char *Name, long Result, FILE *F) {
  int Error = errno;
  say(R, " %s=%ld", Name, Result);
  if (Error != Sentinel)
    say(R, " %s", errorName(Error));
  say(R, "%s%s", feof(F) ? " eof" : "", ferror(F) ? " error" : "");
  return Result;
}

static int letter(const Run *R, size_t I) {
  return 'a' + (int)((I + I / 26 + (size_t)R->Index * 7) % 26);
}

static int isNewline(size_t I, size_t N, long Lines) {
  return (Lines && I == N - 1) || (Lines == 2 && I % 37 == 36);
}

char *textOf(Run *R, size_t N, long Lines) {
  char *P = address(R, Good, N + 1);
  for (size_t I = 0; I < N; ++I)
    P[I] = (char)(isNewline(I, N, Lines) ? '\n' : letter(R, I));
  P[N] = 0;
  return P;
}

wchar_t *wideTextOf(Run *R, size_t N, long Lines) {
  char *End = address(R, Good, (N + 1) * sizeof(wchar_t));
  wchar_t *P = (wchar_t *)(void *)End;
  for (size_t I = 0; I < N; ++I) // Characters of one, two and three bytes.
    P[I] = isNewline(I, N, Lines) ? L'\n'
           : I % 5 == 3           ? 0x20a0 + (wchar_t)(I % 16)
           : I % 3 == 1           ? 0xe0 + (wchar_t)(I % 16)
                                  : (wchar_t)letter(R, I);
  P[N] = 0;
  return P;
}
