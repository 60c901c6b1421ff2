// REQUIRES: rewritten
// RUN: %open_co_clang %s -o %t.oc
// RUN: %run %t.oc 2> %t.err; test $? -eq 139
// RUN: grep '^open-co: .*stack overflow.*deep diver' %t.err
// RUN: %plain_clang %S/Inputs/kernel.c -o %t.kernel
// RUN: %run %t.kernel guard=EINVAL %t.oc 2> %t.err; test $? -eq 139
// RUN: grep '^open-co: .*stack overflow.*deep diver' %t.err
// Intent: a thread that overflows its stack dies by SIGSEGV, and a line on
// stderr names it; also where guard pages are mappings of their own (before
// Linux 6.13).
#include "check.h"
#include <sys/resource.h>

__attribute__((noinline)) static int dive(int Depth) {
  volatile char Frame[1024];
  Frame[0] = (char)Depth;
  if (Depth == 0)
    return 1;
  return dive(Depth - 1) + Frame[0];
}

static void *diver(void *Arg) {
  CHECK(pthread_setname_np(pthread_self(), "deep diver") == 0);
  sched_yield();
  return (void *)(long)dive((int)(long)Arg);
}

static void *bystander(void *Arg) {
  sleep(1000);
  return Arg;
}

int main(void) {
  struct rlimit NoCore = {0, 0};
  CHECK(setrlimit(RLIMIT_CORE, &NoCore) == 0);
  for (int I = 0; I < 4; ++I)
    start(bystander, NULL);
  join(start(diver, (void *)100));
  join(start(diver, (void *)100000000));
  return 0;
}
