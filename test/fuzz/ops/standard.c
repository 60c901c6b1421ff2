// standard.c - operations on standard input and output, which are a slot's
// stream meanwhile: one lane, and none of its other threads runs.
#include "../stream.h"

#include <stdarg.h>

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

static int scanList(int C99, const char *Format, ...) {
  va_list Args;
  va_start(Args, Format);
  int N = C99 ? CALL(__isoc99_vscanf, Format, Args)
              : CALL_AS("vscanf", gnuVscanf(Format, Args));
  va_end(Args);
  return N;
}

/// A prompt waits in the other stream.
OP(standard_in, "stream stream via8") {
  FILE *F = streamIn(R, A[0]), *Out = streamIn(R, A[1]), *Real = stdout;
  int Wide = A[2] > 5;
  if (!F || !alone() || (Wide ? fwide(F, 0) < 0 : fwide(F, 0) > 0) ||
      blocksInput(R, A[0], Wide ? 4 : 8, A[2] > 1 && !Wide))
    return;
  if (Out && (fwide(Out, 0) > 0 || blocksOutput(R, A[1], 0, 0)))
    return;
  int Before = me()->Caught[SIGPIPE], Got = 0;
  char Text[20] = "";
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

static int printWideList(const wchar_t *Format, ...) {
  va_list Args;
  va_start(Args, Format);
  int N = CALL(vwprintf, Format, Args);
  va_end(Args);
  return N;
}

OP(standard_out, "stream size lines via11") {
  FILE *F = streamIn(R, A[0]), *Real = stdout;
  int Wide = A[3] > 6;
  size_t N = (size_t)(A[1] < 4096 ? A[1] : 4096);
  if (!F || !alone() || (Wide ? fwide(F, 0) < 0 : fwide(F, 0) > 0) ||
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
    Put = printWideList(L"%d %ls", 17, WideText);
    break;
  }
  stdout = Real;
  streamResult(R, "put", Put, F);
  sayPipe(R, Before);
}
