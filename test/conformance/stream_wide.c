// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: streams of wide characters over a pipe: fgetwc getwc getwchar fgetws
// fputwc putwc putwchar fputws fwprintf wprintf vfwprintf vwprintf fwscanf wscanf
// vfwscanf vwscanf, their unlocked and checked forms (__fgetws_chk
// __fgetws_unlocked_chk __fwprintf_chk __vfwprintf_chk __wprintf_chk
// __vwprintf_chk), and the scanfs of C99 and C23 (__isoc99_fwscanf
// __isoc99_wscanf __isoc99_vfwscanf __isoc99_vwscanf, __isoc23_fwscanf
// __isoc23_wscanf __isoc23_vfwscanf __isoc23_vwscanf) wait for each other and
// keep the bytes.
#include "check.h"
#include <locale.h>
#include <stdarg.h>
#include <wchar.h>

wchar_t *__fgetws_chk(wchar_t *, size_t, int, FILE *);
wchar_t *__fgetws_unlocked_chk(wchar_t *, size_t, int, FILE *);
int __fwprintf_chk(FILE *, int, const wchar_t *, ...);
int __vfwprintf_chk(FILE *, int, const wchar_t *, va_list);
int __wprintf_chk(int, const wchar_t *, ...);
int __vwprintf_chk(int, const wchar_t *, va_list);

// Under names of their own: the header gives one those of the other. The C23
// ones came with glibc 2.38.
typedef int Scan(FILE *, const wchar_t *, ...);
typedef int ScanInput(const wchar_t *, ...);
typedef int ScanList(FILE *, const wchar_t *, va_list);
typedef int ScanInputList(const wchar_t *, va_list);
#define SCANS(Name, Prefix)                                                    \
  Scan Name##Fwscanf __asm__(Prefix "fwscanf") __attribute__((weak));          \
  ScanInput Name##Wscanf __asm__(Prefix "wscanf") __attribute__((weak));       \
  ScanList Name##Vfwscanf __asm__(Prefix "vfwscanf") __attribute__((weak));    \
  ScanInputList Name##Vwscanf __asm__(Prefix "vwscanf") __attribute__((weak));
SCANS(gnu, "")
SCANS(c99, "__isoc99_")
SCANS(c23, "__isoc23_")
#define KIN(Name) {Name##Fwscanf, Name##Wscanf, Name##Vfwscanf, Name##Vwscanf}
static const struct {
  Scan *From;
  ScanInput *FromInput;
  ScanList *ListFrom;
  ScanInputList *ListFromInput;
} Scans[] = {KIN(gnu), KIN(c99), KIN(c23)};

static FILE *In, *Out;

static int printList(FILE *F, const wchar_t *Format, ...) {
  va_list Args;
  va_start(Args, Format);
  int N = F ? vfwprintf(F, Format, Args) : vwprintf(Format, Args);
  va_end(Args);
  return N;
}

static int printChecked(FILE *F, const wchar_t *Format, ...) {
  va_list Args;
  va_start(Args, Format);
  int N =
      F ? __vfwprintf_chk(F, 1, Format, Args) : __vwprintf_chk(1, Format, Args);
  va_end(Args);
  return N;
}

static int scanList(ScanList *From, ScanInputList *FromInput,
                    const wchar_t *Format, ...) {
  va_list Args;
  va_start(Args, Format);
  int N = From ? From(In, Format, Args) : FromInput(Format, Args);
  va_end(Args);
  return N;
}

enum { Kin = sizeof(Scans) / sizeof(*Scans) };

static void *writes(void *Arg) {
  (void)Arg;
  CHECK(fputwc(L'ä', Out) == L'ä' && putwc(L'ö', Out) == L'ö');
  CHECK(fputwc_unlocked(L'ü', Out) == L'ü');
  CHECK(putwc_unlocked(L'ß', Out) == L'ß');
  CHECK(fputws(L"eine Zeile\n", Out) >= 0);
  CHECK(fputws_unlocked(L"noch eine €\n", Out) >= 0);
  CHECK(fwprintf(Out, L"%d %ls\n", 5, L"Fünf") == 7);
  CHECK(printList(Out, L"%d\n", 6) == 2);
  CHECK(__fwprintf_chk(Out, 1, L"%d\n", 7) == 2);
  CHECK(printChecked(Out, L"%d\n", 8) == 2);
  for (int I = 0; I < Kin; ++I)
    CHECK(!Scans[I].From || fputws(L"17 ä8 ", Out) >= 0);
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
  CHECK(__fgetws_chk(Line, 64, 64, In) && !wcscmp(Line, L"7\n"));
  CHECK(__fgetws_unlocked_chk(Line, 64, 64, In) && !wcscmp(Line, L"8\n"));
  for (int I = 0, N; I < Kin; ++I)
    if (Scans[I].From) {
      CHECK(KEEPS_ERRNO(Scans[I].From(In, L"%d", &N)) == 1 && N == 17);
      CHECK(scanList(Scans[I].ListFrom, NULL, L" ä%d ", &N) == 1 && N == 8);
    }
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
  CHECK(__wprintf_chk(1, L"%d", 4) == 1 && printChecked(NULL, L"%d", 5) == 1);
  for (int I = 0, N; I < Kin; ++I)
    if (Scans[I].From) {
      CHECK(Scans[I].FromInput(L"%d", &N) == 1 && N == 1);
      CHECK(scanList(NULL, Scans[I].ListFromInput, L"%d", &N) == 1 && N == 2);
    }
  CHECK(fflush(stdout) == 0);
  return NULL;
}
static void standard(void) {
  int I[2], O[2];
  char Buf[16];
  CHECK(pipe(I) == 0 && pipe(O) == 0);
  CHECK(dup2(I[0], 0) == 0 && dup2(O[1], 1) == 1);
  pthread_t T = start(standardInput, NULL);
  CHECK(write(I[1], "äb1 2 1 2 1 2 ", 15) == 15);
  CHECK(readAll(O[0], Buf, 8) == 8 && !memcmp(Buf, "öp12345", 8));
  join(T);
}

int main(void) {
  CHECK(setlocale(LC_ALL, "C.UTF-8"));
  through();
  inThread(through);
  CHECK(inChild(standard) == 0);
  return 0;
}
