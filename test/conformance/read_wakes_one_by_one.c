// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: several threads blocked in read on one pipe share what is written,
// each byte going to exactly one of them, and all see the end of file.
#include "check.h"

enum { Readers = 16, Bytes = 2000 };
static int P[2];
static int Seen[256];

static void *reader(void *Arg) {
  long Count = 0;
  unsigned char C;
  (void)Arg;
  while (read(P[0], &C, 1) == 1) {
    __atomic_fetch_add(&Seen[C], 1, __ATOMIC_RELAXED);
    ++Count;
  }
  return (void *)Count;
}

int main(void) {
  pthread_t T[Readers];
  CHECK(pipe(P) == 0);
  for (int I = 0; I < Readers; ++I)
    T[I] = start(reader, NULL);
  for (int I = 0; I < Bytes; ++I) {
    unsigned char C = (unsigned char)I;
    CHECK(write(P[1], &C, 1) == 1);
    if (I % 100 == 0)
      sched_yield();
  }
  CHECK(close(P[1]) == 0);
  long Total = 0;
  for (int I = 0; I < Readers; ++I)
    Total += (long)join(T[I]);
  CHECK(Total == Bytes);
  for (int I = 0; I < 256; ++I)
    CHECK(Seen[I] == Bytes / 256 + (I < Bytes % 256));
  return 0;
}
