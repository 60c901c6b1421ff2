// What gdb.test looks at: main, two threads that wait, and one that computes.
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <unistd.h>

struct Pair {
  int First;
  char Text[4];
};
_Thread_local int Number = 7;
static _Thread_local struct Pair Both = {1, "one"};

static pthread_mutex_t Lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t Changed = PTHREAD_COND_INITIALIZER;
static int Waiting, Pipe[2], Never;
static volatile int Computing;

static void isThere(void) {
  ++Waiting;
  pthread_cond_broadcast(&Changed);
}

static void waitForOther(void) {
  pthread_mutex_lock(&Lock);
  isThere();
  while (!Never)
    pthread_cond_wait(&Changed, &Lock);
}
static void waitForInput(void) {
  static _Thread_local char Byte = 'a';
  pthread_mutex_lock(&Lock);
  isThere();
  pthread_mutex_unlock(&Lock);
  ++Byte;
  read(Pipe[0], &Byte, 1);
}
static void compute(void) {
  for (;;)
    ++Computing;
}

static void *run(void *Argument) {
  static void (*const Bodies[])(void) = {waitForOther, waitForInput, compute};
  long I = (long)Argument;
  if (I != 2) // It leaves the third as it is at first.
    Number = 100 + (int)I;
  Both.First += (int)I;
  Bodies[I]();
  return NULL;
}

__attribute__((noinline)) void mayBeThere(void) { Never = 0; }

int main(void) {
  pthread_t T;
  pipe(Pipe);
  Number = 99;
  for (long I = 0; I < 3; ++I)
    pthread_create(&T, NULL, run, (void *)I);
  pthread_setname_np(T, "computer");
  pthread_mutex_lock(&Lock);
  while (Waiting < 2)
    pthread_cond_wait(&Changed, &Lock);
  pthread_mutex_unlock(&Lock);
  while (!Computing)
    ;
  for (;;) { // gdb_start.commands looks until both of them wait.
    mayBeThere();
    sched_yield();
  }
}
