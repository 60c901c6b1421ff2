// threads.c - what a thread costs from its creation to its end.
#include "bench.h"

#include <string.h>

static void *nothing(void *Arg) { return Arg; }

__attribute__((noinline)) static void touch(size_t Bytes) {
  volatile char Frame[65536];
  for (size_t I = 0; I < Bytes; I += 4096)
    Frame[I] = 1;
}
static void *touches(void *Arg) {
  touch(65536);
  return Arg;
}

static void createAndJoin(long Count, void *(*Start)(void *)) {
  for (long I = 0; I < Count; ++I) {
    pthread_t T;
    if (pthread_create(&T, NULL, Start, NULL) != 0)
      abort();
    pthread_join(T, NULL);
  }
}
static void one(long Count) { createAndJoin(Count, nothing); }
static void withStack(long Count) { createAndJoin(Count, touches); }

static void many(long Count) {
  enum { AtOnce = 100 };
  pthread_t T[AtOnce];
  for (long Done = 0; Done < Count; Done += AtOnce) {
    for (int I = 0; I < AtOnce; ++I)
      if (pthread_create(&T[I], NULL, nothing, NULL) != 0)
        abort();
    for (int I = 0; I < AtOnce; ++I)
      pthread_join(T[I], NULL);
  }
}

__attribute__((noinline)) static int descend(int Depth) {
  volatile char Frame[1000] = {0};
  return Depth ? descend(Depth - 1) + Frame[0] : 0;
}
static void recursion(long Count) {
  for (long I = 0; I < Count; ++I)
    descend(4000); // 4 MB.
}

static void threads(void) {
  measure("create, join", one);
  measure("create, use 64 KiB of stack, join", withStack);
  measure("create 100, join them: each", many);
  measure("recursion over 4 MB, warm", recursion);
}

int main(void) { inThread(threads); }
