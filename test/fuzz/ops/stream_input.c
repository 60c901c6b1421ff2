// stream_input.c - operations that read bytes from streams.
#include "../stream.h"

#include <stdarg.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

// The functions themselves: headers have macros of these names.
#define FUNCTION(Name) __asm__(Name)
int callGetc(FILE *) FUNCTION("getc");
int callGetcUnlocked(FILE *) FUNCTION("getc_unlocked");
int callFgetcUnlocked(FILE *) FUNCTION("fgetc_unlocked");
size_t callFreadUnlocked(void *, size_t, size_t, FILE *)
    FUNCTION("fread_unlocked");
char *__fgets_chk(char *, size_t, int, FILE *);
char *__fgets_unlocked_chk(char *, size_t, int, FILE *);
size_t __fread_chk(void *, size_t, size_t, size_t, FILE *);
size_t __fread_unlocked_chk(void *, size_t, size_t, size_t, FILE *);
ssize_t __getdelim(char **, size_t *, int, FILE *);
int gnuFscanf(FILE *, const char *, ...) FUNCTION("fscanf");
int gnuVfscanf(FILE *, const char *, va_list) FUNCTION("vfscanf");
int __isoc99_fscanf(FILE *, const char *, ...);
int __isoc99_vfscanf(FILE *, const char *, va_list);

OP(getc, "stream via6") {
  FILE *F = streamIn(R, A[0]);
  if (!F || blocksInput(R, A[0], A[1] == 5 ? sizeof(int) : 1, 0))
    return;
  switch (A[1]) {
  case 0:
    STREAM(F, fgetc, F);
    break;
  case 1:
    streamResult(R, "getc", CALL_AS("getc", callGetc(F)), F);
    break;
  case 2:
    streamResult(R, "fgetc", CALL_AS("fgetc_unlocked", callFgetcUnlocked(F)),
                 F);
    break;
  case 3:
    streamResult(R, "getc", CALL_AS("getc_unlocked", callGetcUnlocked(F)), F);
    break;
  case 4:
    STREAM(F, __uflow, F);
    break;
  case 5:
    STREAM(F, getw, F);
    break;
  }
}

OP(fread, "stream size itemsize via4") {
  FILE *F = streamIn(R, A[0]);
  size_t Item = (size_t)A[2], Count = (size_t)A[1] / Item, N = Item * Count;
  char *P = address(R, Good, N);
  if (!F || blocksInput(R, A[0], N, 0))
    return;
  blank(Good, P, N);
  long Items = 0;
  switch (A[3]) {
  case 0:
    Items = STREAM(F, fread, P, Item, Count, F);
    break;
  case 1:
    Items = streamResult(
        R, "fread",
        (long)CALL_AS("fread_unlocked", callFreadUnlocked(P, Item, Count, F)),
        F);
    break;
  case 2:
    Items = STREAM(F, __fread_chk, P, N, Item, Count, F);
    break;
  case 3:
    Items = STREAM(F, __fread_unlocked_chk, P, N, Item, Count, F);
    break;
  }
  got(R, Good, P, Items * (long)Item, N);
}

OP(fgets, "stream size via4") {
  FILE *F = streamIn(R, A[0]);
  size_t N = (size_t)A[1];
  char *P = address(R, Good, N), *Got = NULL;
  if (!F || blocksInput(R, A[0], N ? N - 1 : 0, 1))
    return;
  blank(Good, P, N);
  switch (A[2]) {
  case 0:
    Got = CALL(fgets, P, (int)N, F);
    break;
  case 1:
    Got = CALL(fgets_unlocked, P, (int)N, F);
    break;
  case 2: // Without room it ends the program.
    Got = CALL(__fgets_chk, P, N ? N : 1, (int)N, F);
    break;
  case 3:
    Got = CALL(__fgets_unlocked_chk, P, N ? N : 1, (int)N, F);
    break;
  }
  streamResult(R, "fgets", Got == P, F);
  sayBytes(R, P, N); // All of it: there may be zeros.
}

/// Lines of /dev/zero have no end.
static int isEndless(int Fd) {
  struct stat S;
  return fstat(Fd, &S) == 0 && S_ISCHR(S.st_mode) && S.st_rdev == makedev(1, 5);
}

OP(getline, "stream via3") {
  FILE *F = streamIn(R, A[0]);
  if (!F || isEndless(fdIn(R, A[0])) ||
      blocksInput(R, A[0], SIZE_MAX, A[1] != 1))
    return;
  char *Line = NULL;
  size_t Size = 0;
  long N = A[1] == 0   ? STREAM(F, getline, &Line, &Size, F)
           : A[1] == 1 ? STREAM(F, getdelim, &Line, &Size, 'q', F)
                       : STREAM(F, __getdelim, &Line, &Size, '\n', F);
  if (!R->S->MayWait) // How it comes in parts is not determined.
    say(R, " size=%zu", Size);
  if (N > 0)
    sayBytes(R, Line, (size_t)N + 1);
  free(Line);
}

static int gnuList(FILE *F, const char *Format, ...) {
  va_list Args;
  va_start(Args, Format);
  int N = CALL_AS("vfscanf", gnuVfscanf(F, Format, Args));
  va_end(Args);
  return N;
}

static int c99List(FILE *F, const char *Format, ...) {
  va_list Args;
  va_start(Args, Format);
  int N = CALL(__isoc99_vfscanf, F, Format, Args);
  va_end(Args);
  return N;
}

OP(fscanf, "stream format via4") {
  static const struct {
    const char *Format;
    size_t Need;
    int Line;
  } Formats[] = {
      {"%7[^\n]", 8, 1},
      {"%*3c%4c", 7, 0},
      {"%15s", SIZE_MAX, 0},
      {"%n", 1, 0},
      {"%*7[^0-9]%4[0-9]%*1[\n]", SIZE_MAX, 0},
  };
  FILE *F = streamIn(R, A[0]);
  char Text[20] = "";
  if (!F || blocksInput(R, A[0], Formats[A[1]].Need, Formats[A[1]].Line))
    return;
  const char *Format = Formats[A[1]].Format;
  int N = A[2] == 0   ? CALL_AS("fscanf", gnuFscanf(F, Format, Text))
          : A[2] == 1 ? CALL(__isoc99_fscanf, F, Format, Text)
          : A[2] == 2 ? gnuList(F, Format, Text)
                      : c99List(F, Format, Text);
  streamResult(R, "fscanf", N, F);
  sayBytes(R, Text, sizeof Text);
}
