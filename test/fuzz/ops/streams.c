// streams.c - operations that make, change and end streams.
#include "../stream.h"

#include <stdio_ext.h>
#include <sys/stat.h>

static const char *const Modes[] = {"r",  "w",  "r+", "a",
                                    "w+", "a+", "re", "r+e"};

static int isOnlyOneWay(const char *Mode) { return !strchr(Mode, '+'); }

static void keep(Run *R, long Slot, FILE *F, int Kind) {
  if (!F)
    return;
  put(R, Slot, fileno(F), Kind);
  R->L->Stream[Slot] = F;
}

OP(fdopen, "fd streammode") {
  long Slot = A[0];
  if (Slot < 0 || R->L->Stream[Slot])
    return;
  errno = Sentinel;
  FILE *F = fdopen(fdIn(R, Slot), Modes[A[1]]);
  int Error = errno;
  say(R, " fdopen=%d", F != NULL);
  if (Error != Sentinel)
    say(R, " %s", errorName(Error));
  R->L->Stream[Slot] = F;
}

/// A FIFO is opened for both, unless the other end will be, too.
OP(fopen, "new file streammode via2") {
  char Room[100];
  int Kind;
  const char *Path = namedFile(R, A[1], Room, sizeof Room, &Kind);
  const char *Mode = Modes[A[2]];
  if (A[1] == 6 && isOnlyOneWay(Mode) && !R->S->MayWait)
    Mode = "r+";
  FILE *F = A[3] ? CALL(fopen64, Path, Mode) : CALL(fopen, Path, Mode);
  int Error = errno;
  say(R, " fopen=%d", F != NULL);
  if (Error != Sentinel)
    say(R, " %s", errorName(Error));
  keep(R, A[0], F, Kind);
}

static int isFile(int Fd) {
  struct stat S;
  return fstat(Fd, &S) == 0 && S_ISREG(S.st_mode);
}

/// The number stays. File -1 is what is open now.
OP(freopen, "stream refile streammode via2") {
  FILE *F = streamIn(R, A[0]);
  char Room[100];
  int Kind = kindIn(R, A[0]);
  if (!F || (A[1] < 0 && !isFile(fdIn(R, A[0]))))
    return;
  const char *Path =
      A[1] < 0 ? NULL : namedFile(R, A[1], Room, sizeof Room, &Kind);
  const char *Mode = Modes[A[2]];
  if (A[1] == 6 && isOnlyOneWay(Mode))
    Mode = "r+";
  int Before = me()->Caught[SIGPIPE];
  if (blocksOutput(R, A[0], 0, 0))
    __fpurge(F);
  F = A[3] ? CALL(freopen64, Path, Mode, F) : CALL(freopen, Path, Mode, F);
  int Error = errno;
  say(R, " freopen=%d", F != NULL);
  if (Error != Sentinel)
    say(R, " %s", errorName(Error));
  sayPipe(R, Before);
  if (F && alone())
    say(R, " fd%d", fileno(F));
  R->L->Stream[A[0]] = F;
  R->L->Fd[A[0]] = F ? fileno(F) : -1;
  R->L->Kind[A[0]] = F ? Kind : KindNone;
}

/// While its buffer is empty: what is in it would be written, or lost.
OP(setvbuf, "stream buffering buffersize via3") {
  static char Buffers[MaxLanes][NumSlots][4096];
  FILE *F = streamIn(R, A[0]);
  if (!F || fwide(F, 0) > 0 || blocksOutput(R, A[0], 0, 0))
    return;
  if (F->_IO_read_ptr != F->_IO_read_end || hasPushedBack(F)) {
    say(R, " in use");
    return;
  }
  static const int Ways[] = {_IOFBF, _IOLBF, _IONBF};
  char *Buffer = Buffers[R->L->Index][A[0]];
  int Before = me()->Caught[SIGPIPE];
  if (A[3] == 0)
    STREAM(F, setvbuf, F, Buffer, Ways[A[1]], (size_t)A[2]);
  else // Or libc sets the buffer of a wide one, too, and overruns it.
    fwide(F, -1);
  if (A[3] == 1)
    streamResult(R, "setbuf", CALL_AS("setbuf", (setbuf(F, NULL), 0)), F);
  else if (A[3] == 2)
    streamResult(R, "setbuffer",
                 CALL_AS("setbuffer", (setbuffer(F, Buffer, (size_t)A[2]), 0)),
                 F);
  sayPipe(R, Before);
}

OP(fflush, "stream via3") {
  FILE *F = streamIn(R, A[0]);
  if (!F || blocksOutput(R, A[0], 0, 0))
    return;
  int Before = me()->Caught[SIGPIPE];
  if (A[1] == 0)
    STREAM(F, fflush, F);
  else if (A[1] == 1)
    STREAM(F, fflush_unlocked, F);
  else if (alone()) { // All of them; in an order that results do not show.
    for (long I = 0; I < NumSlots; ++I)
      if (R->L->Stream[I] && __fpending(R->L->Stream[I]) &&
          blocksOutput(R, I, 0, 0))
        return;
    STREAM(F, fflush, NULL);
  }
  sayPipe(R, Before);
}

OP(stream_state, "stream") {
  FILE *F = streamIn(R, A[0]);
  if (!F)
    return;
  say(R, "%s%s pending=%zu buffer=%zu%s%s", feof(F) ? " eof" : "",
      ferror(F) ? " error" : "", __fpending(F), __fbufsize(F),
      __flbf(F) ? " lines" : "", fwide(F, 0) > 0 ? " wide" : "");
  if (fwide(F, 0) <= 0) // What was read ahead.
    say(R, " ahead=%td", F->_IO_read_end - F->_IO_read_ptr);
}

OP(clearerr, "stream") {
  FILE *F = streamIn(R, A[0]);
  if (F)
    clearerr(F);
}

OP(ungetc, "stream") {
  FILE *F = streamIn(R, A[0]);
  if (!F || fwide(F, -1) > 0 || !__freadable(F) || __fwriting(F))
    return;
  errno = Sentinel;
  streamResult(R, "ungetc", ungetc('u', F), F);
}

/// Reads where it has got to; an eventfd has such a place.
OP(fseek, "stream offset whence via6") {
  FILE *F = streamIn(R, A[0]);
  int Kind = kindIn(R, A[0]);
  if (!F || fwide(F, 0) > 0 || Kind == KindEvent ||
      (Kind == KindOther && !isFile(fdIn(R, A[0]))) ||
      blocksOutput(R, A[0], 0, 0))
    return;
  int Before = me()->Caught[SIGPIPE], Whence = (int)A[2];
  fpos_t At;
  fpos64_t At64;
  memset(&At, 0, sizeof At);
  memset(&At64, 0, sizeof At64);
  At.__pos = At64.__pos = A[1];
  errno = Sentinel;
  streamResult(R, "ftell", ftell(F), F);
  switch (A[3]) {
  case 0:
    STREAM(F, fseek, F, A[1], Whence);
    break;
  case 1:
    STREAM(F, fseeko, F, A[1], Whence);
    break;
  case 2:
    STREAM(F, fseeko64, F, A[1], Whence);
    break;
  case 3:
    STREAM(F, fsetpos, F, &At);
    break;
  case 4:
    STREAM(F, fsetpos64, F, &At64);
    break;
  case 5:
    CALL_AS("rewind", (rewind(F), 0));
    streamResult(R, "rewind", 0, F);
    break;
  }
  sayPipe(R, Before);
}
