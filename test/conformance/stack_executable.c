// RUN: %clang %s -Wl,-z,execstack -o %t && %native %t
// RUN: %open_co_clang %s -Wl,-z,execstack -o %t.oc && %run %t.oc
// Intent: in a program that says so, code on a thread's stack can run: what GCC
// makes for the address of a nested function lies there.
#include "check.h"

typedef int Code(void);

static void *runs(void *Arg) {
  unsigned char Bytes[] = {0xb8, 42, 0, 0, 0, 0xc3}; // return 42;
  Code *Function;
  void *Address = Bytes;
  asm volatile("" : "+r"(Address) : : "memory");
  memcpy(&Function, &Address, sizeof(Function));
  for (int I = 0; I < 10; ++I) {
    CHECK(Function() == 42);
    sched_yield();
  }
  return Arg;
}

int main(void) {
  pthread_attr_t Small;
  CHECK(pthread_attr_init(&Small) == 0);
  CHECK(pthread_attr_setstacksize(&Small, 1 << 18) == 0);
  pthread_t T[20];
  for (int I = 0; I < 20; ++I)
    CHECK(pthread_create(&T[I], I % 2 ? &Small : NULL, runs, NULL) == 0);
  for (int I = 0; I < 20; ++I)
    join(T[I]);
  runs(NULL);
  return 0;
}
