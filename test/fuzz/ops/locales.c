// locales.c - operations that change the thread's locale, or the process's.
#include "../run.h"

#include <langinfo.h>
#include <locale.h>
#include <wchar.h>
#include <wctype.h>

static void sayLocale(Run *R) {
  wchar_t W;
  mbstate_t State = {0};
  say(R, " %s %d %d %zd", nl_langinfo(CODESET), iswalpha(0xe9) != 0,
      (int)MB_CUR_MAX, (ssize_t)mbrtowc(&W, "\xc3\xa9", 2, &State));
}

static void *newThread(void *Arg) {
  sayLocale(Arg);
  return NULL;
}

/// Its own, which a thread that it makes does not have.
OP(locale, "us") {
  locale_t Utf8 = newlocale(LC_ALL_MASK, "C.UTF-8", (locale_t)0);
  if (!Utf8)
    return;
  sayLocale(R);
  say(R, " %d", CALL(uselocale, (locale_t)0) == LC_GLOBAL_LOCALE);
  say(R, " %d", CALL(uselocale, Utf8) == LC_GLOBAL_LOCALE);
  char *Text = CALL(strerror_l, 6000 + (int)A[0], Utf8);
  if (A[0])
    CALL(usleep, (useconds_t)A[0]);
  sayLocale(R);
  pthread_t T;
  CALL(pthread_create, &T, NULL, newThread, R);
  CALL(pthread_join, T, NULL);
  say(R, " '%s'", Text);
  say(R, " '%s'", CALL(strerror_l, EINTR, Utf8));
  say(R, " %d", CALL(uselocale, LC_GLOBAL_LOCALE) == Utf8);
  sayLocale(R);
  freelocale(Utf8);
}

/// The process's, and new threads'.
OP(setlocale, "") {
  static const char *const Names[] = {"C.UTF-8", "no such locale", "C"};
  if (!alone())
    return;
  for (int I = 0; I < 3; ++I) {
    const char *Is = CALL(setlocale, LC_ALL, Names[I]);
    int Error = errno;
    say(R, " %s", Is ? Is : "none");
    if (Error != Sentinel)
      say(R, " %s", errorName(Error));
    say(R, " %s", CALL(setlocale, LC_CTYPE, NULL));
    sayLocale(R);
    pthread_t T;
    CALL(pthread_create, &T, NULL, newThread, R);
    CALL(pthread_join, T, NULL);
  }
}
