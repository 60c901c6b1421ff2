// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: two hundred threads live at once, all blocked, and all end; and so
// again and again, each with its own stack, errno and locals.
#include "check.h"

enum { Count = 200, Rounds = 5 };
static Gate Started = GATE_INIT;
static int P[2];

static void *live(void *Arg) {
  volatile char Stack[4096];
  char C;
  memset((char *)Stack, (char)(long)Arg, sizeof(Stack));
  errno = (int)(long)Arg;
  post(&Started);
  errno = (int)(long)Arg;
  CHECK(read(P[0], &C, 1) == 1);
  CHECK(errno == (int)(long)Arg);
  for (size_t I = 0; I < sizeof(Stack); ++I)
    CHECK(Stack[I] == (char)(long)Arg);
  return Arg;
}

static void rounds(void) {
  static char Bytes[Count];
  pthread_t T[Count];
  Started.Count = 0;
  for (long I = 0; I < Count; ++I)
    T[I] = start(live, (void *)I);
  await(&Started, Count);
  for (int I = 0; I < Count; ++I)
    for (int J = 0; J < I; ++J)
      CHECK(!pthread_equal(T[I], T[J]));
  CHECK(write(P[1], Bytes, Count) == Count);
  for (long I = 0; I < Count; ++I)
    CHECK(join(T[I]) == (void *)I);
}

int main(void) {
  CHECK(pipe(P) == 0);
  for (int I = 0; I < Rounds; ++I) {
    rounds();
    inThread(rounds);
  }
  return 0;
}
