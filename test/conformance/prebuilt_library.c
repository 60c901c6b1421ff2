// UNSUPPORTED: static
// RUN: %plain_clang -fPIC -shared %S/Inputs/prebuilt_library.c -o %t.so
// RUN: %clang %s %t.so -o %t && %native %t
// RUN: %open_co_clang %s %t.so -o %t.oc && %run %t.oc
// Intent: threads that sit in a prebuilt library's blocking call do not keep
// the others from serving, and it may call back into the program, which blocks.
#include "check.h"

int prebuiltRead(int Fd);
int prebuiltCalls(void);
void prebuiltCallBack(void (*Fn)(void *), void *Arg);
void prebuiltLock(pthread_mutex_t *);
void prebuiltUnlock(void);

enum { Sitting = 8, Requests = 500 };
static int Theirs[2], Ours[2], Back[2];

static void *sit(void *Arg) {
  (void)Arg;
  return (void *)(long)prebuiltRead(Theirs[0]);
}

static void *serve(void *Arg) {
  char C;
  while (read(Ours[0], &C, 1) == 1)
    CHECK(write(Back[1], &C, 1) == 1);
  return Arg;
}

static void blockHere(void *Arg) {
  char C;
  int *P = Arg;
  CHECK(read(P[0], &C, 1) == 1 && C == 'b');
  errno = 9;
}

static void *callBack(void *Arg) {
  prebuiltCallBack(blockHere, Arg);
  CHECK(errno == 9);
  return NULL;
}

static pthread_mutex_t Common = PTHREAD_MUTEX_INITIALIZER;
static void *lockThere(void *Arg) {
  prebuiltLock(&Common);
  sleepMs(20);
  prebuiltUnlock();
  return Arg;
}

static void mixed(void) {
  pthread_t S[Sitting], Server[2];
  int P[2], Before = prebuiltCalls();
  char C;
  CHECK(pipe(Theirs) == 0 && pipe(Ours) == 0 && pipe(Back) == 0);
  for (int I = 0; I < Sitting; ++I)
    S[I] = start(sit, NULL);
  for (int I = 0; I < 2; ++I)
    Server[I] = start(serve, NULL);
  for (int I = 0; I < Requests; ++I) {
    CHECK(write(Ours[1], "r", 1) == 1);
    CHECK(read(Back[0], &C, 1) == 1 && C == 'r');
  }
  CHECK(prebuiltCalls() == Before);
  CHECK(pipe(P) == 0);
  pthread_t T = start(callBack, P);
  sleepMs(2);
  CHECK(write(P[1], "b", 1) == 1);
  join(T);

  // A normal mutex may be locked on either side.
  T = start(lockThere, NULL);
  for (int I = 0; I < 20; ++I) {
    CHECK(pthread_mutex_lock(&Common) == 0);
    CHECK(pthread_mutex_unlock(&Common) == 0);
    sleepMs(1);
  }
  join(T);

  CHECK(write(Theirs[1], "aaaaaaaa", Sitting) == Sitting);
  for (int I = 0; I < Sitting; ++I)
    CHECK(join(S[I]) == (void *)'a');
  CHECK(close(Ours[1]) == 0);
  for (int I = 0; I < 2; ++I)
    join(Server[I]);
  int Fds[] = {Theirs[0], Theirs[1], Ours[0], Back[0], Back[1], P[0], P[1]};
  for (int I = 0; I < 7; ++I)
    CHECK(close(Fds[I]) == 0);
}

int main(void) {
  mixed();
  inThread(mixed);
  return 0;
}
