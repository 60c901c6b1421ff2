// RUN: %clang -static %s -o %t && %native %t
// RUN: %open_co_clang -static %s -o %t.oc && %run %t.oc
// Intent: a program linked with -static has coroutines, locals, blocking
// calls and forks as one linked dynamically.
#include "check.h"

static __thread int Mine = 3;
static int P[2];
static pthread_mutex_t Lock = PTHREAD_MUTEX_INITIALIZER;

static void *reader(void *Arg) {
  char C;
  CHECK(Mine == 3);
  Mine = (int)(long)Arg;
  CHECK(read(P[0], &C, 1) == 1);
  CHECK(pthread_mutex_lock(&Lock) == 0);
  usleep(100);
  CHECK(pthread_mutex_unlock(&Lock) == 0);
  CHECK(Mine == (int)(long)Arg);
  CHECK_ERRNO(close(-1), EBADF);
  return NULL;
}

/// The child goes on as a program with threads.
static void *forks(void *Arg) {
  pid_t Child = fork();
  CHECK(Child >= 0);
  if (Child == 0) {
    CHECK(pipe(P) == 0 && write(P[1], "x", 1) == 1);
    join(start(reader, (void *)7L));
    _exit(0);
  }
  int Status;
  CHECK(waitpid(Child, &Status, 0) == Child && Status == 0);
  return Arg;
}

int main(void) {
  pthread_t T[50];
  char Bytes[50] = {0};
  CHECK(pipe(P) == 0);
  for (long I = 0; I < 50; ++I)
    T[I] = start(reader, (void *)I);
  CHECK(write(P[1], Bytes, 50) == 50);
  for (int I = 0; I < 50; ++I)
    join(T[I]);
  CHECK(Mine == 3);
  join(start(forks, NULL));
  return 0;
}
