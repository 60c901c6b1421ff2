// bench.h - measures operations. A program of this folder prints a line for
// each: what it is called, and the nanoseconds of CPU time that one takes.
#ifndef OPEN_CO_BENCH_H
#define OPEN_CO_BENCH_H

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/// Does an operation \p Count times.
typedef void Operation(long Count);

/// Of the whole process, in nanoseconds.
static inline double cpuTime(void) {
  struct timespec T;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &T);
  return (double)T.tv_sec * 1e9 + (double)T.tv_nsec;
}

static inline double timeOf(Operation *Op, long Count) {
  double Before = cpuTime();
  Op(Count);
  return cpuTime() - Before;
}

/// The best of several runs that each take long enough to be measured.
static inline void measure(const char *Name, Operation *Op) {
  long Count = 1;
  while (timeOf(Op, Count) < 10e6)
    Count *= 2;
  double Best = timeOf(Op, Count);
  for (int I = 0; I < 6; ++I) {
    double Time = timeOf(Op, Count);
    if (Time < Best)
      Best = Time;
  }
  printf("%s %.2f\n", Name, Best / (double)Count);
}

static inline void *bench_run(void *Body) {
  ((void (*)(void))Body)();
  return NULL;
}

/// Calls \p Body in a thread.
static inline void inThread(void (*Body)(void)) {
  pthread_t T;
  if (pthread_create(&T, NULL, bench_run, (void *)Body) != 0)
    abort();
  pthread_join(T, NULL);
}

/// Keeps a compiler from doing the rounds of a loop as one.
#define BARRIER() __asm__ volatile("" : : : "memory")

#endif
