// RUN: %clang %s -o %t && sh -c 'ulimit -v 1000000; %native %t'
// RUN: %open_co_clang %s -o %t.oc && sh -c 'ulimit -v 1000000; %run %t.oc'
// Intent: when memory for stacks runs out pthread_create says EAGAIN and the
// program goes on; when threads have ended others can be made again.
#include "check.h"

enum { Most = 100000 };
static pthread_t T[Most];
static int P[2];

static void *waitForEnd(void *Arg) {
  char C;
  CHECK(read(P[0], &C, 1) == 0);
  return Arg;
}

static void *all(void *Arg) {
  for (int Turn = 0; Turn < 3; ++Turn) {
    int Count = 0, R;
    CHECK(pipe(P) == 0);
    while (Count < Most &&
           (R = pthread_create(&T[Count], NULL, waitForEnd, NULL)) == 0)
      ++Count;
    CHECK(R == EAGAIN && Count > 10);
    CHECK(close(P[1]) == 0);
    for (int I = 0; I < Count; ++I)
      join(T[I]);
    CHECK(close(P[0]) == 0);
  }
  return Arg;
}

int main(void) {
  all(NULL);
  join(start(all, NULL));
  return 0;
}
