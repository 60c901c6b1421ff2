// RUN: %clang %s -o %t && sh -c 'ulimit -v 1000000; %native %t'
// RUN: %open_co_clang %s -o %t.oc && sh -c 'ulimit -v 1000000; %run %t.oc'
// Intent: when memory for stacks runs out pthread_create says EAGAIN and the
// program goes on; when threads have ended others can be made again. The same
// where the first thread finds no memory, or not enough.
#include "check.h"
#include <sys/resource.h>

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

static rlim_t Spare;

static void *nothing(void *Arg) { return Arg; }

/// In a process without threads that can have \p Spare bytes more.
static void withLittleMemory(void) {
  struct rlimit Old, New;
  long Pages = 0;
  pthread_t First;
  FILE *F = fopen("/proc/self/statm", "r");
  CHECK(F != NULL && fscanf(F, "%ld", &Pages) == 1 && fclose(F) == 0);
  CHECK(getrlimit(RLIMIT_AS, &Old) == 0);
  New = Old;
  New.rlim_cur = (rlim_t)Pages * (rlim_t)sysconf(_SC_PAGESIZE) + Spare;
  CHECK(setrlimit(RLIMIT_AS, &New) == 0);
  int R = pthread_create(&First, NULL, nothing, NULL);
  CHECK(setrlimit(RLIMIT_AS, &Old) == 0);
  CHECK(R == EAGAIN || (R == 0 && Spare > 0));
  if (R == 0)
    join(First);
  join(start(nothing, NULL));
}

int main(void) {
  for (Spare = 0; Spare < 32 << 20; Spare += Spare / 8 + 4096)
    CHECK(inChild(withLittleMemory) == 0);
  all(NULL);
  join(start(all, NULL));
  return 0;
}
