// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: the entry points that headers and compilers make of stdio calls:
// those of _FORTIFY_SOURCE (__fgets_chk, __fread_chk and kin, __printf_chk and
// kin), of C99 and C23 (__isoc99_fscanf, __isoc23_fscanf and kin), of inline
// functions (__uflow, __overflow, __getdelim), and the LFS name fopen64.
#include "check.h"
#include <stdarg.h>
#include <wchar.h>

char *__fgets_chk(char *, size_t, int, FILE *);
char *__fgets_unlocked_chk(char *, size_t, int, FILE *);
size_t __fread_chk(void *, size_t, size_t, size_t, FILE *);
size_t __fread_unlocked_chk(void *, size_t, size_t, size_t, FILE *);
int __fprintf_chk(FILE *, int, const char *, ...);
int __printf_chk(int, const char *, ...);
int __vfprintf_chk(FILE *, int, const char *, va_list);
int __vprintf_chk(int, const char *, va_list);
int __dprintf_chk(int, int, const char *, ...);
int __vdprintf_chk(int, int, const char *, va_list);
ssize_t __getdelim(char **, size_t *, int, FILE *);

// Under names of their own: the header's are macros. The C23 ones came with
// glibc 2.38.
int gnuFscanf(FILE *, const char *, ...) __asm__("fscanf");
int gnuScanf(const char *, ...) __asm__("scanf");
int gnuVfscanf(FILE *, const char *, va_list) __asm__("vfscanf");
int gnuVscanf(const char *, va_list) __asm__("vscanf");
int c99Fscanf(FILE *, const char *, ...) __asm__("__isoc99_fscanf");
int c99Scanf(const char *, ...) __asm__("__isoc99_scanf");
int c99Vfscanf(FILE *, const char *, va_list) __asm__("__isoc99_vfscanf");
int c99Vscanf(const char *, va_list) __asm__("__isoc99_vscanf");
#define C23(Name) __asm__(Name) __attribute__((weak))
int c23Fscanf(FILE *, const char *, ...) C23("__isoc23_fscanf");
int c23Scanf(const char *, ...) C23("__isoc23_scanf");
int c23Vfscanf(FILE *, const char *, va_list) C23("__isoc23_vfscanf");
int c23Vscanf(const char *, va_list) C23("__isoc23_vscanf");

static int P[2];
static FILE *In, *Out;

static void *writeLater(void *Arg) {
  sleepMs(5);
  CHECK(write(P[1], Arg, strlen(Arg)) == (ssize_t)strlen(Arg));
  return NULL;
}

static void input(void) {
  char Buf[16], *Line = NULL;
  size_t Size = 0;
  pthread_t T = start(writeLater, "fgets\nunlocked\nfreadfreadxline\n");
  // fgets gives an empty string, and leaves the stream's orientation open.
  CHECK(!__fgets_chk(Buf, 16, 1, In) && fwide(In, 0) < 0);
  CHECK(KEEPS_ERRNO(__fgets_chk(Buf, 16, 16, In)) == Buf);
  CHECK(!strcmp(Buf, "fgets\n"));
  CHECK(__fgets_unlocked_chk(Buf, 16, 16, In) && !strcmp(Buf, "unlocked\n"));
  CHECK(__fread_chk(Buf, 16, 1, 5, In) == 5 && !memcmp(Buf, "fread", 5));
  CHECK(__fread_unlocked_chk(Buf, 16, 5, 1, In) == 1);
  CHECK(KEEPS_ERRNO(__uflow(In)) == 'x');
  CHECK(__getdelim(&Line, &Size, '\n', In) == 5 && !strcmp(Line, "line\n"));
  free(Line);
  join(T);
  T = start(writeLater, "y");
  CHECK(KEEPS_ERRNO(__uflow(In)) == 'y');
  join(T);
}

static void output(const char *Format, ...) {
  char Buf[64];
  va_list Args, Again;
  va_start(Args, Format);
  va_copy(Again, Args);
  CHECK(KEEPS_ERRNO(__fprintf_chk(Out, 1, "%s %d, ", "text", 1)) == 8);
  CHECK(__vfprintf_chk(Out, 1, Format, Args) == 5);
  CHECK(KEEPS_ERRNO(__overflow(Out, '!')) == '!');
  CHECK(KEEPS_ERRNO(fflush(Out)) == 0);
  CHECK(__dprintf_chk(P[1], 1, "%c", 'd') == 1);
  CHECK(__vdprintf_chk(P[1], 1, Format, Again) == 5);
  va_end(Args);
  va_end(Again);
  CHECK(readAll(P[0], Buf, 20) == 20 &&
        !memcmp(Buf, "text 1, 7 xyz!d7 xyz", 20));
}

static void standard(const char *Format, ...) {
  char Buf[64];
  int Saved = dup(1);
  va_list Args;
  va_start(Args, Format);
  CHECK(fflush(stdout) == 0 && dup2(P[1], 1) == 1);
  CHECK(__printf_chk(1, "%d ", 3) == 2);
  CHECK(__vprintf_chk(1, Format, Args) == 5);
  CHECK(fflush(stdout) == 0 && dup2(Saved, 1) == 1 && close(Saved) == 0);
  va_end(Args);
  CHECK(readAll(P[0], Buf, 7) == 7 && !memcmp(Buf, "3 7 xyz", 7));
}

static int withList(int (*Scan)(const char *, va_list), const char *Format,
                    ...) {
  va_list Args;
  va_start(Args, Format);
  int N = Scan(Format, Args);
  va_end(Args);
  return N;
}
static int withStream(int (*Scan)(FILE *, const char *, va_list),
                      const char *Format, ...) {
  va_list Args;
  va_start(Args, Format);
  int N = Scan(In, Format, Args);
  va_end(Args);
  return N;
}

static void scans(void) {
  int A = 0;
  pthread_t T = start(writeLater, "1\n2\n3\n4\n5\n6\n");
  CHECK(gnuFscanf(In, "%d\n", &A) == 1 && A == 1);
  CHECK(c99Fscanf(In, "%d\n", &A) == 1 && A == 2);
  CHECK(withStream(gnuVfscanf, "%d\n", &A) == 1 && A == 3);
  CHECK(withStream(c99Vfscanf, "%d\n", &A) == 1 && A == 4);
  if (c23Fscanf) {
    CHECK(c23Fscanf(In, "%d\n", &A) == 1 && A == 5);
    CHECK(withStream(c23Vfscanf, "%d", &A) == 1 && A == 6);
  } else {
    CHECK(gnuFscanf(In, "5\n%d", &A) == 1 && A == 6);
  }
  CHECK(fgetc(In) == '\n');
  join(T);

  int Saved = dup(0);
  CHECK(dup2(P[0], 0) == 0);
  T = start(writeLater, "1\n2\n3\n4\n5\n6\n");
  CHECK(gnuScanf("%d\n", &A) == 1 && A == 1);
  CHECK(c99Scanf("%d\n", &A) == 1 && A == 2);
  CHECK(withList(gnuVscanf, "%d\n", &A) == 1 && A == 3);
  CHECK(withList(c99Vscanf, "%d\n", &A) == 1 && A == 4);
  if (c23Scanf) {
    CHECK(c23Scanf("%d\n", &A) == 1 && A == 5);
    CHECK(withList(c23Vscanf, "%d", &A) == 1 && A == 6);
  } else {
    CHECK(gnuScanf("5\n%d", &A) == 1 && A == 6);
  }
  CHECK(getchar() == '\n');
  join(T);
  CHECK(dup2(Saved, 0) == 0 && close(Saved) == 0);
}

static void tooSmallGets(void) {
  char Buf[4];
  dieQuietly();
  CHECK(write(P[1], "abcdef", 6) == 6);
  __fgets_chk(Buf, 4, 6, In);
}
static void tooSmallRead(void) {
  char Buf[4];
  dieQuietly();
  __fread_chk(Buf, 4, 1, 5, In);
}
static void aborts(void (*Call)(void)) {
  int Status = inChild(Call);
  CHECK(WIFSIGNALED(Status) && WTERMSIG(Status) == SIGABRT);
}

static void all(void) {
  CHECK(pipe(P) == 0);
  In = fdopen(P[0], "r");
  Out = fdopen(P[1], "w");
  input();
  scans();
  output("%d %s", 7, "xyz");
  standard("%d %s", 7, "xyz");
  aborts(tooSmallRead);
  aborts(tooSmallGets);
  CHECK(fclose(In) == 0 && fclose(Out) == 0);
  FILE *F = fopen64("/dev/null", "r");
  CHECK(F && fgetc(F) == EOF && fclose(F) == 0);
}

int main(void) {
  all();
  inThread(all);
  all();
  return 0;
}
