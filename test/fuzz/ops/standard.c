// standard.c - operations on standard input and output, which are a slot's
// stream meanwhile: one lane, and none of its other threads runs.
#include "../stream.h"

#include <stdarg.h>
#include <stdint.h>

// The functions themselves: headers have macros of these names.
#define FUNCTION(Name) __asm__(Name)
int callGetchar(void) FUNCTION("getchar");
int callGetcharUnlocked(void) FUNCTION("getchar_unlocked");
int callPutchar(int) FUNCTION("putchar");
int callPutcharUnlocked(int) FUNCTION("putchar_unlocked");
int callPuts(const char *) FUNCTION("puts");
int callPrintf(const char *, ...) FUNCTION("printf");
int gnuScanf(const char *, ...) FUNCTION("scanf");
int gnuVscanf(const char *, va_list) FUNCTION("vscanf");
int __isoc99_scanf(const char *, ...);
int __isoc99_vscanf(const char *, va_list);
int __printf_chk(int, const char *, ...);
int __vprintf_chk(int, const char *, va_list);

int gnuWscanf(const wchar_t *, ...) FUNCTION("wscanf");
int gnuVwscanf(const wchar_t *, va_list) FUNCTION("vwscanf");
int __isoc99_wscanf(const wchar_t *, ...);
int __isoc99_vwscanf(const wchar_t *, va_list);
int __wprintf_chk(int, const wchar_t *, ...);
int __vwprintf_chk(int, const wchar_t *, va_list);

static int scanWideList(int C99, const wchar_t *Format, ...) {
  va_list Args;
  va_start(Args, Format);
  int N = C99 ? CALL(__isoc99_vwscanf, Format, Args)
              : CALL_AS("vwscanf", gnuVwscanf(Format, Args));
  va_end(Args);
  return N;
}

static int scanList(int C99, const char *Format, ...) {
  va_list Args;
  va_start(Args, Format);
  int N = C99 ? CALL(__isoc99_vscanf, Format, Args)
              : CALL_AS("vscanf", gnuVscanf(Format, Args));
  va_end(Args);
  return N;
}

/// A prompt waits in the other stream.
OP(standard_in, "stream stream via12") {
  FILE *F = streamIn(R, A[0]), *Out = streamIn(R, A[1]), *Real = stdout;
  int Wide = A[2] > 5;
  if (!F || !alone() || (Wide ? fwide(F, 0) < 0 : fwide(F, 0) > 0) ||
      blocksInput(R, A[0],
                  A[2] > 7 ? SIZE_MAX
                  : Wide   ? 4
                           : 8,
                  A[2] > 1 && !Wide))
    return;
  if (Out && (fwide(Out, 0) > 0 || blocksOutput(R, A[1], 0, 0)))
    return;
  int Before = me()->Caught[SIGPIPE], Got = 0;
  char Text[80] = "";
  const char *Format = "%7[^\n]";
  stdin = F;
  stdout = Out ? Out : Real;
  switch (A[2]) {
  case 0:
    Got = CALL_AS("getchar", callGetchar());
    break;
  case 1:
    Got = CALL_AS("getchar_unlocked", callGetcharUnlocked());
    break;
  case 2:
    Got = CALL_AS("scanf", gnuScanf(Format, Text));
    break;
  case 3:
    Got = CALL(__isoc99_scanf, Format, Text);
    break;
  case 4:
  case 5:
    Got = scanList(A[2] == 5, Format, Text);
    break;
  case 6:
    Got = (int)CALL(getwchar);
    break;
  case 7:
    Got = (int)CALL(getwchar_unlocked);
    break;
  case 8:
    Got = CALL_AS("wscanf", gnuWscanf(L"%15s", Text));
    break;
  case 9:
    Got = CALL(__isoc99_wscanf, L"%15s", Text);
    break;
  case 10:
  case 11:
    Got = scanWideList(A[2] == 11, L"%15s", Text);
    break;
  }
  stdout = Real;
  streamResult(R, "got", Got, F);
  sayBytes(R, Text, sizeof Text);
  sayPipe(R, Before);
}

static int printList(int Checked, const char *Format, ...) {
  va_list Args;
  va_start(Args, Format);
  int N = Checked ? CALL(__vprintf_chk, 1, Format, Args)
                  : CALL(vprintf, Format, Args);
  va_end(Args);
  return N;
}

static int printWideList(int Checked, const wchar_t *Format, ...) {
  va_list Args;
  va_start(Args, Format);
  int N = Checked ? CALL(__vwprintf_chk, 1, Format, Args)
                  : CALL(vwprintf, Format, Args);
  va_end(Args);
  return N;
}

OP(standard_out, "stream size lines via13") {
  FILE *F = streamIn(R, A[0]), *Real = stdout;
  enum { Unbuffered = 2 }; // As forWide() in stream_wide.c.
  int Wide = A[3] > 6;
  size_t N = (size_t)(A[1] < 4096 ? A[1] : 4096);
  if (!F || !alone() || (Wide && F->_flags & Unbuffered) ||
      (Wide ? fwide(F, 0) < 0 : fwide(F, 0) > 0) ||
      kindIn(R, A[0]) == KindEvent ||
      blocksOutput(R, A[0], Wide ? 4 * N + 8 : N + 8, 1))
    return;
  int Before = me()->Caught[SIGPIPE], Put = 0;
  char *Text = textOf(R, N, A[2]);
  wchar_t WideText[] = L"Fünf €\n";
  stdout = F;
  switch (A[3]) {
  case 0:
    Put = CALL_AS("putchar", callPutchar('p'));
    break;
  case 1:
    Put = CALL_AS("putchar_unlocked", callPutcharUnlocked('\n'));
    break;
  case 2:
    Put = CALL_AS("puts", callPuts(Text));
    break;
  case 3:
    Put = CALL_AS("printf", callPrintf("%d %s", 17, Text));
    break;
  case 4:
    Put = CALL(__printf_chk, 1, "%d %s", 17, Text);
    break;
  case 5:
  case 6:
    Put = printList(A[3] == 6, "%d %s", 17, Text);
    break;
  case 7:
    Put = (int)CALL(putwchar, L'ä');
    break;
  case 8:
    Put = (int)CALL(putwchar_unlocked, L'€');
    break;
  case 9:
    Put = CALL(wprintf, L"%d %ls", 17, WideText);
    break;
  case 10:
    Put = CALL(__wprintf_chk, 1, L"%d %ls", 17, WideText);
    break;
  case 11:
  case 12:
    Put = printWideList(A[3] == 12, L"%d %ls", 17, WideText);
    break;
  }
  stdout = Real;
  streamResult(R, "put", Put, F);
  sayPipe(R, Before);
}
