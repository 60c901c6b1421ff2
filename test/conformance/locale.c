// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: a thread's locale (uselocale) is its own wherever it runs, and ends
// with it; others have the global one. What setlocale sets, its caller and new
// threads have. The tables of <ctype.h> (__ctype_b_loc, __ctype_tolower_loc,
// __ctype_toupper_loc) follow; so do functions of libc. strerror_l has a buffer
// for each thread.
#include "check.h"
#include <langinfo.h>
#include <locale.h>
#include <wchar.h>
#include <wctype.h>

const unsigned short **__ctype_b_loc(void);
const int **__ctype_tolower_loc(void);
const int **__ctype_toupper_loc(void);

enum { Threads = 24, Rounds = 60 };
static locale_t Plain, Utf8;
static const unsigned short *Tables[2]; // Where <ctype.h> looks in each.

/// Claims that this thread has C.UTF-8, or C, and sees \p Table.
static void expect(int IsUtf8, const unsigned short *Table) {
  CHECK(!iswalpha(0xe9) == !IsUtf8);
  CHECK(MB_CUR_MAX == (IsUtf8 ? 6 : 1));
  CHECK(strcmp(nl_langinfo(CODESET), IsUtf8 ? "UTF-8" : "ANSI_X3.4-1968") == 0);
  wchar_t W;
  CHECK(mbrtowc(&W, "\xc3\xa9", 2, NULL) == (IsUtf8 ? 2 : (size_t)-1));
  CHECK(*__ctype_b_loc() == Table);
  CHECK((*__ctype_tolower_loc())['A'] == 'a');
  CHECK((*__ctype_toupper_loc())['a'] == 'A');
}

static void pass(int Round) {
  if (Round % 10)
    sched_yield();
  else
    usleep(300);
}

static void *own(void *Arg) {
  int Id = (int)(long)Arg, Kind = Id % 3; // C, C.UTF-8, or the global one: C.
  char Message[64];
  expect(0, Tables[0]);
  CHECK(uselocale((locale_t)0) == LC_GLOBAL_LOCALE);
  if (Kind < 2)
    CHECK(uselocale(Kind ? Utf8 : Plain) == LC_GLOBAL_LOCALE);
  locale_t Mine = Kind == 2 ? LC_GLOBAL_LOCALE : Kind ? Utf8 : Plain;
  snprintf(Message, sizeof(Message), "Unknown error %d", 6000 + Id);
  for (int I = 0; I < Rounds; ++I) {
    char *Text = strerror_l(6000 + Id, Utf8);
    pass(I);
    CHECK(uselocale((locale_t)0) == Mine);
    expect(Kind == 1, Tables[Kind == 1]);
    CHECK(strcmp(Text, Message) == 0);
    CHECK(strcmp(strerror_l(EINTR, Plain), "Interrupted system call") == 0);
  }
  if (Kind == 1) { // Back and forth.
    CHECK(uselocale(LC_GLOBAL_LOCALE) == Utf8);
    pass(0);
    expect(0, Tables[0]);
    CHECK(uselocale(Utf8) == LC_GLOBAL_LOCALE);
  }
  return NULL; // It ends with its locale.
}

static void many(void) {
  pthread_t T[Threads];
  for (long I = 0; I < Threads; ++I)
    T[I] = start(own, (void *)I);
  for (int I = 0; I < Threads; ++I)
    join(T[I]);
}

/// A locale may be freed once its thread has ended; the next one may lie there.
static void *brief(void *Arg) {
  CHECK(uselocale((locale_t)0) == LC_GLOBAL_LOCALE);
  uselocale((locale_t)Arg);
  sched_yield();
  return NULL;
}
static void freed(void) {
  for (int I = 0; I < 20; ++I) {
    locale_t L = newlocale(LC_ALL_MASK, I % 2 ? "C.UTF-8" : "C", (locale_t)0);
    CHECK(L);
    join(start(brief, L));
    join(start(brief, L));
    freelocale(L);
  }
}

static void *newThread(void *Arg) {
  int IsUtf8 = (int)(long)Arg;
  for (int I = 0; I < Rounds; ++I) {
    expect(IsUtf8, Tables[IsUtf8]);
    pass(I);
  }
  return NULL;
}

/// The caller of setlocale, and threads made after it.
static void global(void) {
  for (int I = 0; I < 4; ++I) {
    int IsUtf8 = I % 2 == 0;
    CHECK(KEEPS_ERRNO(setlocale(LC_ALL, IsUtf8 ? "C.UTF-8" : "C")));
    CHECK(strcmp(setlocale(LC_ALL, NULL), IsUtf8 ? "C.UTF-8" : "C") == 0);
    CHECK(!setlocale(LC_ALL, "no such locale"));
    newThread((void *)(long)IsUtf8);
    pthread_t T[8];
    for (int J = 0; J < 8; ++J)
      T[J] = start(newThread, (void *)(long)IsUtf8);
    for (int J = 0; J < 8; ++J)
      join(T[J]);
    newThread((void *)(long)IsUtf8);
  }
}

int main(void) {
  Plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
  Utf8 = newlocale(LC_ALL_MASK, "C.UTF-8", (locale_t)0);
  CHECK(Plain && Utf8);
  Tables[0] = *__ctype_b_loc();
  CHECK(uselocale(Utf8) == LC_GLOBAL_LOCALE);
  Tables[1] = *__ctype_b_loc();
  CHECK(Tables[0] != Tables[1]);
  inThread(many); // Main's own reaches nobody else.
  expect(1, Tables[1]);
  CHECK(uselocale(LC_GLOBAL_LOCALE) == Utf8);
  many();
  inThread(many);
  freed();
  inThread(freed);
  global();
  inThread(global);
  global();
  return 0;
}
