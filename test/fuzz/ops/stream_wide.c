// stream_wide.c - operations on streams of wide characters, in UTF-8.
#include "../stream.h"

#include <locale.h>
#include <stdarg.h>
#include <stdint.h>

/// The names of functions, as headers and macros do not change them.
#define FUNCTION(Name) __asm__(Name)
wint_t callGetwc(FILE *) FUNCTION("getwc");
wint_t callPutwc(wchar_t, FILE *) FUNCTION("putwc");
wchar_t *__fgetws_chk(wchar_t *, size_t, int, FILE *);
wchar_t *__fgetws_unlocked_chk(wchar_t *, size_t, int, FILE *);
int __fwprintf_chk(FILE *, int, const wchar_t *, ...);
int __vfwprintf_chk(FILE *, int, const wchar_t *, va_list);
int gnuFwscanf(FILE *, const wchar_t *, ...) FUNCTION("fwscanf");
int gnuVfwscanf(FILE *, const wchar_t *, va_list) FUNCTION("vfwscanf");
int __isoc99_fwscanf(FILE *, const wchar_t *, ...);
int __isoc99_vfwscanf(FILE *, const wchar_t *, va_list);

__attribute__((constructor)) static void setUtf8(void) {
  setlocale(LC_CTYPE, "C.UTF-8");
}

OP(getwc, "stream via4") {
  FILE *F = streamIn(R, A[0]);
  if (!F || fwide(F, 0) < 0 || blocksInput(R, A[0], 4, 0))
    return;
  wint_t C = A[1] == 0   ? CALL(fgetwc, F)
             : A[1] == 1 ? CALL_AS("getwc", callGetwc(F))
             : A[1] == 2 ? CALL(fgetwc_unlocked, F)
                         : CALL(getwc_unlocked, F);
  streamResult(R, "getwc", (int)C, F);
}

OP(fgetws, "stream size via4") {
  FILE *F = streamIn(R, A[0]);
  size_t N = (size_t)(A[1] < 8192 ? A[1] : 8192);
  char *P = address(R, Good, N * sizeof(wchar_t));
  wchar_t *Text = (wchar_t *)(void *)P;
  size_t Need = N ? N - 1 : 0;
  if (F && !fwide(F, 0)) // blocksInput() sees bytes yet.
    Need *= 4;
  if (!F || fwide(F, 0) < 0 || blocksInput(R, A[0], Need, 0))
    return;
  blank(Good, P, N * sizeof(wchar_t));
  wchar_t *Got = A[2] == 0   ? CALL(fgetws, Text, (int)N, F)
                 : A[2] == 1 ? CALL(fgetws_unlocked, Text, (int)N, F)
                 : A[2] == 2 ? CALL(__fgetws_chk, Text, N, (int)N, F)
                             : CALL(__fgetws_unlocked_chk, Text, N, (int)N, F);
  streamResult(R, "fgetws", Got != NULL, F);
  if (Got)
    sayBytes(R, Text, wcslen(Text) * sizeof(wchar_t));
}

static int scanList(int C99, FILE *F, const wchar_t *Format, ...) {
  va_list Args;
  va_start(Args, Format);
  int N = C99 ? CALL(__isoc99_vfwscanf, F, Format, Args)
              : CALL_AS("vfwscanf", gnuVfwscanf(F, Format, Args));
  va_end(Args);
  return N;
}

OP(fwscanf, "stream via4") {
  FILE *F = streamIn(R, A[0]);
  char Text[80] = "";
  if (!F || fwide(F, 0) < 0 || blocksInput(R, A[0], SIZE_MAX, 0))
    return;
  int N = A[1] == 0   ? CALL_AS("fwscanf", gnuFwscanf(F, L"%15s", Text))
          : A[1] == 1 ? CALL(__isoc99_fwscanf, F, L"%15s", Text)
                      : scanList(A[1] == 3, F, L"%15s", Text);
  streamResult(R, "fwscanf", N, F);
  sayBytes(R, Text, sizeof Text);
}

/// Not without a buffer: where such a stream fails, glibc writes past its own.
static FILE *forWide(Run *R, long Slot, size_t N) {
  enum { Unbuffered = 2 };
  FILE *F = streamIn(R, Slot);
  if (F && F->_flags & Unbuffered)
    return NULL;
  if (!F || fwide(F, 0) < 0 || kindIn(R, Slot) == KindEvent ||
      blocksOutput(R, Slot, N, 1))
    return NULL;
  return F;
}

OP(putwc, "stream via4") {
  int Before = me()->Caught[SIGPIPE];
  FILE *F = forWide(R, A[0], 4);
  if (!F)
    return;
  wchar_t C = 0xe0 + R->Index % 26;
  wint_t Put = A[1] == 0   ? CALL(fputwc, C, F)
               : A[1] == 1 ? CALL_AS("putwc", callPutwc(C, F))
               : A[1] == 2 ? CALL(fputwc_unlocked, C, F)
                           : CALL(putwc_unlocked, C, F);
  streamResult(R, "putwc", (int)Put, F);
  sayPipe(R, Before);
}

OP(fputws, "stream size lines via2") {
  int Before = me()->Caught[SIGPIPE];
  size_t N = (size_t)(A[1] < 8192 ? A[1] : 8192);
  FILE *F = forWide(R, A[0], N * 4);
  wchar_t *Text = wideTextOf(R, N, A[2]);
  if (!F)
    return;
  if (A[3])
    STREAM(F, fputws_unlocked, Text, F);
  else
    STREAM(F, fputws, Text, F);
  sayPipe(R, Before);
}

static int list(int Checked, FILE *F, const wchar_t *Format, ...) {
  va_list Args;
  va_start(Args, Format);
  int N = Checked ? CALL(__vfwprintf_chk, F, 1, Format, Args)
                  : CALL(vfwprintf, F, Format, Args);
  va_end(Args);
  return N;
}

OP(fwprintf, "stream size lines via4") {
  int Before = me()->Caught[SIGPIPE];
  size_t N = (size_t)(A[1] < 8192 ? A[1] : 8192);
  FILE *F = forWide(R, A[0], N * 4 + 8);
  wchar_t *Text = wideTextOf(R, N, A[2]);
  if (!F)
    return;
  const wchar_t *Format = L"%3d %ls,";
  int Printed = A[3] == 0   ? CALL(fwprintf, F, Format, 17, Text)
                : A[3] == 1 ? CALL(__fwprintf_chk, F, 1, Format, 17, Text)
                            : list(A[3] == 3, F, Format, 17, Text);
  streamResult(R, "fwprintf", Printed, F);
  sayPipe(R, Before);
}
