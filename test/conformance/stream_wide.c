// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: streams of wide characters over a pipe: fgetwc getwc getwchar fgetws
// fputwc putwc putwchar fputws fwprintf wprintf vfwprintf vwprintf, and their
// unlocked forms, wait for each other and keep the bytes.
#include "check.h"
#include <locale.h>
#include <stdarg.h>
#include <wchar.h>

static FILE *In, *Out;

static int printList(FILE *F, const wchar_t *Format, ...) {
  va_list Args;
  va_start(Args, Format);
  int N = F ? vfwprintf(F, Format, Args) : vwprintf(Format, Args);
  va_end(Args);
  return N;
}

static void *writes(void *Arg) {
  (void)Arg;
  CHECK(fputwc(L'ä', Out) == L'ä' && putwc(L'ö', Out) == L'ö');
  CHECK(fputwc_unlocked(L'ü', Out) == L'ü');
  CHECK(putwc_unlocked(L'ß', Out) == L'ß');
  CHECK(fputws(L"eine Zeile\n", Out) >= 0);
  CHECK(fputws_unlocked(L"noch eine €\n", Out) >= 0);
  CHECK(fwprintf(Out, L"%d %ls\n", 5, L"Fünf") == 7);
  CHECK(printList(Out, L"%d\n", 6) == 2);
  for (int I = 0; I < 50000; ++I) // More than the pipe holds.
    CHECK(putwc((wchar_t)(0x400 + I % 64), Out) != WEOF);
  CHECK(fclose(Out) == 0);
  return NULL;
}

static void through(void) {
  wchar_t Line[64];
  int P[2];
  CHECK(pipe(P) == 0);
  In = fdopen(P[0], "r");
  Out = fdopen(P[1], "w");
  pthread_t T = start(writes, NULL);
  CHECK(fgetwc(In) == L'ä' && getwc(In) == L'ö');
  CHECK(fgetwc_unlocked(In) == L'ü' && getwc_unlocked(In) == L'ß');
  CHECK(fgetws(Line, 64, In) && !wcscmp(Line, L"eine Zeile\n"));
  CHECK(fgetws_unlocked(Line, 64, In) && !wcscmp(Line, L"noch eine €\n"));
  CHECK(fgetws(Line, 64, In) && !wcscmp(Line, L"5 Fünf\n"));
  CHECK(fgetws(Line, 64, In) && !wcscmp(Line, L"6\n"));
  for (int I = 0; I < 50000; ++I)
    CHECK(getwc(In) == (wint_t)(0x400 + I % 64));
  CHECK(fgetwc(In) == WEOF && feof(In));
  // Its bytes are out of reach, as natively.
  CHECK(fgetc(In) == EOF);
  CHECK(fwide(In, 0) > 0);
  join(T);
  CHECK(fclose(In) == 0);
}

/// Standard input and output: one process each, since they stay wide.
static void *standardInput(void *Arg) {
  (void)Arg;
  CHECK(getwchar() == L'ä' && getwchar_unlocked() == L'b');
  CHECK(putwchar(L'ö') == L'ö' && putwchar_unlocked(L'p') == L'p');
  CHECK(wprintf(L"%d", 12) == 2 && printList(NULL, L"%d", 3) == 1);
  CHECK(fflush(stdout) == 0);
  return NULL;
}
static void standard(void) {
  int I[2], O[2];
  char Buf[16];
  CHECK(pipe(I) == 0 && pipe(O) == 0);
  CHECK(dup2(I[0], 0) == 0 && dup2(O[1], 1) == 1);
  pthread_t T = start(standardInput, NULL);
  CHECK(write(I[1], "äb", 3) == 3);
  CHECK(readAll(O[0], Buf, 6) == 6 && !memcmp(Buf, "öp123", 6));
  join(T);
}

int main(void) {
  CHECK(setlocale(LC_ALL, "C.UTF-8"));
  through();
  inThread(through);
  CHECK(inChild(standard) == 0);
  return 0;
}
