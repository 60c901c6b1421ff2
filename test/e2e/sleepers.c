// RUN: %clang %s -o %t && %native %t 500
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc 10000 %workers
// Intent: ten thousand threads with default stacks sleep one second in about
// one second, on a few OS threads.
#include "check.h"

static void *sleeper(void *Arg) {
  long long From = nowMs();
  CHECK(sleep(1) == 0);
  CHECK(nowMs() - From >= 999);
  return Arg;
}

int main(int Argc, char **Argv) {
  long Count = atol(Argv[1]);
  pthread_t *T = malloc(sizeof(*T) * (size_t)Count);
  long long From = nowMs();
  for (long I = 0; I < Count; ++I)
    T[I] = start(sleeper, (void *)I);
  if (Argc > 2) {
    int Now = osThreads();
    if (Now > atoi(Argv[2]) + 8)
      fprintf(stderr, "%d OS threads\n", Now);
    CHECK(Now <= atoi(Argv[2]) + 8);
  }
  for (long I = 0; I < Count; ++I)
    CHECK(join(T[I]) == (void *)I);
  long long Took = nowMs() - From;
  printf("%ld sleepers, %lld ms\n", Count, Took);
  CHECK(Took >= 1000 && Took < 100 * Count); // A tenth of one by one.
  free(T);
  return 0;
}
