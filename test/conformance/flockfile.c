// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: flockfile gives a stream to one thread, which may lock it again and
// may block meanwhile; others wait, and ftrylockfile tells them so.
#include "check.h"

enum { Threads = 6, Turns = 30 };
static FILE *Out;

static void *writes(void *Arg) {
  for (int I = 0; I < Turns; ++I) {
    flockfile(Out);
    fprintf(Out, "%d begins, ", (int)(long)Arg);
    sched_yield();
    flockfile(Out);
    if (I % 10 == 0)
      usleep(500);
    fprintf(Out, "%d ends\n", (int)(long)Arg);
    funlockfile(Out);
    funlockfile(Out);
  }
  return NULL;
}

static void *triesToLock(void *Arg) {
  CHECK(ftrylockfile(Out) != 0);
  return Arg;
}

static void locks(void) {
  pthread_t T[Threads];
  char Line[64];
  int A, B, Count = 0;
  Out = tmpfile();
  CHECK(Out != NULL);
  flockfile(Out);
  join(start(triesToLock, NULL));
  CHECK(ftrylockfile(Out) == 0);
  funlockfile(Out);
  funlockfile(Out);
  for (long I = 0; I < Threads; ++I)
    T[I] = start(writes, (void *)I);
  for (int I = 0; I < Threads; ++I)
    join(T[I]);
  rewind(Out);
  for (; fgets(Line, sizeof(Line), Out); ++Count)
    CHECK(sscanf(Line, "%d begins, %d ends\n", &A, &B) == 2 && A == B);
  CHECK(Count == Threads * Turns);
  CHECK(fclose(Out) == 0);
}

int main(void) {
  locks();
  inThread(locks);
  return 0;
}
