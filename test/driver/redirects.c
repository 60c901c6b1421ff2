// RUN: rm -rf %t && mkdir %t && echo 'nanosleep -> my_nanosleep' > "%t/a list"
// RUN: %open_co_clang -O0 "--open-co-redirects=%t/a list" %s -o %t/a && %t/a
// RUN: %open_co_clang -O2 "--open-co-redirects=%t/a list" -c %s -o %t/a.o
// RUN: %open_co_clang "--open-co-redirects=%t/a list" %t/a.o -o %t/a && %t/a
// RUN: cp %s %t/a.cpp && %open_co_clangxx "--open-co-redirects=%t/a list" %t/a.cpp -o %t/a && %t/a
// RUN: %clang -fplugin=%plugin -fpass-plugin=%plugin -mllvm "-open-co-redirects=%t/a list" -c %s -o %t/a.o
// RUN: %open_co_clang %t/a.o -o %t/a && %t/a
// RUN: %open_co_clang -O2 -flto=thin -fuse-ld=lld "--open-co-redirects=%t/a list" %s -o %t/a && %t/a
// RUN: printf '\357\273\277nanosleep -> my_nanosleep' > %t/marked && %open_co_clang --open-co-redirects=%t/marked %s -o %t/a && %t/a
// RUN: echo 'nanosleep -> Absent' > %t/second && touch %t/empty
// RUN: %open_co_clang --open-co-redirects=%t/empty --open-co-redirects=%t/second -c %s -o %t/a.o && nm %t/a.o | FileCheck %s
// Intent: a program that sleeps as long as is possible ends at once when
//         nanosleep is redirected; the replacement's own nanosleep is not.

// CHECK: U Absent
#include <limits.h>
#include <stdint.h>
#include <time.h>

static int Calls;

#ifdef __cplusplus
extern "C"
#endif
int my_nanosleep(const struct timespec *Time, struct timespec *Left);

int my_nanosleep(const struct timespec *Time, struct timespec *Left) {
  struct timespec Short = {0, 1};
  (void)Left;
  Calls += Time->tv_sec == INT64_MAX;
  return nanosleep(&Short, 0);
}

int main(void) {
  struct timespec Longest = {INT64_MAX, 999999999};
  int (*Pointer)(const struct timespec *, struct timespec *) = nanosleep;
  return nanosleep(&Longest, 0) || Pointer(&Longest, 0) || Calls != 2;
}
