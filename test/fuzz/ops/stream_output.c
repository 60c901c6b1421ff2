// stream_output.c - operations that write bytes to streams.
#include "../stream.h"

#include <stdarg.h>

// The functions themselves: headers have macros of these names.
#define FUNCTION(Name) __asm__(Name)
int callPutc(int, FILE *) FUNCTION("putc");
int callFputcUnlocked(int, FILE *) FUNCTION("fputc_unlocked");
int callPutcUnlocked(int, FILE *) FUNCTION("putc_unlocked");
size_t callFwriteUnlocked(const void *, size_t, size_t, FILE *)
    FUNCTION("fwrite_unlocked");
int __fprintf_chk(FILE *, int, const char *, ...);
int __vfprintf_chk(FILE *, int, const char *, va_list);
int __dprintf_chk(int, int, const char *, ...);
int __vdprintf_chk(int, int, const char *, va_list);

/// The stream, unless it has wide characters, or counts events.
static FILE *forText(Run *R, long Slot, size_t N, int Pieces) {
  FILE *F = streamIn(R, Slot);
  if (!F || fwide(F, 0) > 0 || kindIn(R, Slot) == KindEvent ||
      blocksOutput(R, Slot, N, Pieces))
    return NULL;
  return F;
}

OP(putc, "stream via6") {
  FILE *F = forText(R, A[0], A[1] == 5 ? sizeof(int) : 1, 0);
  int Before = me()->Caught[SIGPIPE], C = 'A' + R->Index % 26;
  if (!F)
    return;
  switch (A[1]) {
  case 0:
    STREAM(F, fputc, C, F);
    break;
  case 1:
    streamResult(R, "putc", CALL_AS("putc", callPutc(C, F)), F);
    break;
  case 2:
    streamResult(R, "fputc",
                 CALL_AS("fputc_unlocked", callFputcUnlocked('\n', F)), F);
    break;
  case 3:
    streamResult(R, "putc", CALL_AS("putc_unlocked", callPutcUnlocked(C, F)),
                 F);
    break;
  case 4:
    STREAM(F, __overflow, F, C);
    break;
  case 5:
    STREAM(F, putw, C * 0x01010101, F);
    break;
  }
  sayPipe(R, Before);
}

/// To an eventfd one number.
OP(fwrite, "stream size itemsize lines via2") {
  FILE *F = streamIn(R, A[0]);
  int Kind = kindIn(R, A[0]), Before = me()->Caught[SIGPIPE];
  size_t Item = (size_t)A[2], Count = (size_t)A[1] / Item;
  if (Kind == KindEvent)
    Item = 8, Count = 1;
  size_t N = Item * Count;
  if (!F || fwide(F, 0) > 0 || blocksOutput(R, A[0], N, 0))
    return;
  char *P = textOf(R, N, A[3]);
  if (Kind == KindEvent)
    fill(R, Good, P = address(R, Good, N), N, Kind);
  if (A[4])
    streamResult(
        R, "fwrite",
        (long)CALL_AS("fwrite_unlocked", callFwriteUnlocked(P, Item, Count, F)),
        F);
  else
    STREAM(F, fwrite, P, Item, Count, F);
  sayPipe(R, Before);
}

OP(fputs, "stream size lines via2") {
  int Before = me()->Caught[SIGPIPE];
  FILE *F = forText(R, A[0], (size_t)A[1], 0);
  char *Text = textOf(R, (size_t)A[1], A[2]);
  if (!F)
    return;
  if (A[3])
    STREAM(F, fputs_unlocked, Text, F);
  else
    STREAM(F, fputs, Text, F);
  sayPipe(R, Before);
}

static int list(FILE *F, int Checked, const char *Format, ...) {
  va_list Args;
  va_start(Args, Format);
  int N = Checked ? CALL(__vfprintf_chk, F, 1, Format, Args)
                  : CALL(vfprintf, F, Format, Args);
  va_end(Args);
  return N;
}

OP(fprintf, "stream size lines via4") {
  int Before = me()->Caught[SIGPIPE];
  FILE *F = forText(R, A[0], (size_t)A[1] + 8, 1);
  char *Text = textOf(R, (size_t)A[1], A[2]);
  if (!F)
    return;
  const char *Format = "%3d %s,%c";
  int N = A[3] == 0   ? CALL(fprintf, F, Format, 17, Text, '!')
          : A[3] == 1 ? CALL(__fprintf_chk, F, 1, Format, 17, Text, '!')
                      : list(F, A[3] == 3, Format, 17, Text, '!');
  streamResult(R, "fprintf", N, F);
  sayPipe(R, Before);
}

static int listTo(int Fd, int Checked, const char *Format, ...) {
  va_list Args;
  va_start(Args, Format);
  int N = Checked ? CALL(__vdprintf_chk, Fd, 1, Format, Args)
                  : CALL(vdprintf, Fd, Format, Args);
  va_end(Args);
  return N;
}

OP(dprintf, "fd size lines via4") {
  int Fd = fdIn(R, A[0]), Kind = kindIn(R, A[0]);
  int Before = me()->Caught[SIGPIPE];
  if (Kind == KindEvent || isCut(R, Fd, Kind, A[1] + 4, 4096) ||
      blocksWriting(R, Fd, Kind, A[1] + 4))
    return;
  char *Text = textOf(R, (size_t)A[1], A[2]);
  const char *Format = "%3d%s,";
  int N = A[3] == 0   ? CALL(dprintf, Fd, Format, 17, Text)
          : A[3] == 1 ? CALL(__dprintf_chk, Fd, 1, Format, 17, Text)
                      : listTo(Fd, A[3] == 3, Format, 17, Text);
  int Error = errno;
  say(R, " dprintf=%d", N);
  if (Error != Sentinel)
    say(R, " %s", errorName(Error));
  sayPipe(R, Before);
}
