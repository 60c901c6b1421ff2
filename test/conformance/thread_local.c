// RUN: %clang %s %S/Inputs/thread_local_other.c -o %t && %native %t
// RUN: %open_co_clang %s %S/Inputs/thread_local_other.c -o %t.oc && %run %t.oc
// Intent: each thread has its own copy of a thread_local, made from the initial
// image, at an address that stays the same across blocking calls.
#include "check.h"
#include <stdint.h>

extern __thread int Shared;
extern __thread char Text[16];
int *sharedAddress(void);
int nextHidden(void);

typedef struct {
  int Number;
  const char *Name;
  void *Self;
} Record;
static const char Word[] = "word";
static __thread Record Initialised = {5, Word, NULL};
static __thread int Zero[1000];
static __thread char Odd = 'o';
static __thread struct {
  char Bytes[64];
} Aligned __attribute__((aligned(64))) = {"aligned"};
_Thread_local long Exported = -1;

enum { Threads = 40, Rounds = 20 };
static int P[2];

static void *own(void *Arg) {
  int Id = (int)(long)Arg;
  CHECK(Shared == 41 && strcmp(Text, "initial") == 0);
  CHECK(Initialised.Number == 5 && Initialised.Name == Word);
  CHECK(Odd == 'o' && Exported == -1 && strcmp(Aligned.Bytes, "aligned") == 0);
  CHECK((uintptr_t)&Aligned % 64 == 0);
  for (int I = 0; I < 1000; ++I)
    CHECK(Zero[I] == 0);
  CHECK(nextHidden() == 7);

  int *Address = &Shared;
  int *Middle = &Zero[500];
  CHECK(sharedAddress() == Address);
  Shared = *Middle = Id;
  Initialised.Self = &Initialised;
  snprintf(Text, sizeof(Text), "thread %d", Id);
  for (int I = 0; I < Rounds; ++I) {
    char C, Expected[16];
    switch (I % 3) { // Blocks, each time in another way.
    case 0:
      sched_yield();
      break;
    case 1:
      usleep(100);
      break;
    case 2:
      CHECK(read(P[0], &C, 1) == 1);
      CHECK(write(P[1], &C, 1) == 1);
    }
    CHECK(&Shared == Address && &Zero[500] == Middle);
    CHECK(sharedAddress() == Address && *sharedAddress() == Id);
    CHECK(Initialised.Self == &Initialised);
    snprintf(Expected, sizeof(Expected), "thread %d", Id);
    CHECK(strcmp(Text, Expected) == 0 && *Middle == Id);
  }
  CHECK(nextHidden() == 8);
  return NULL;
}

static void many(void) {
  pthread_t T[Threads];
  for (long I = 0; I < Threads; ++I)
    T[I] = start(own, (void *)I);
  for (int I = 0; I < Threads; ++I)
    join(T[I]);
}

/// Another thread may look through a pointer for as long as the thread lives.
static Gate Ready = GATE_INIT, Looked = GATE_INIT;
static int *Theirs;
static void *lend(void *Arg) {
  Shared = 123;
  Theirs = &Shared;
  post(&Ready);
  await(&Looked, 1);
  CHECK(Shared == 124);
  return Arg;
}

static void borrow(void) {
  Ready.Count = Looked.Count = 0;
  int Mine = Shared;
  pthread_t T = start(lend, NULL);
  await(&Ready, 1);
  CHECK(*Theirs == 123 && Theirs != &Shared && Shared == Mine);
  ++*Theirs;
  post(&Looked);
  join(T);
  CHECK(Shared == Mine);
}

int main(void) {
  CHECK(pipe(P) == 0 && write(P[1], "xy", 2) == 2);
  Shared = 1; // main's own copy is not the image of the others'.
  Exported = 2;
  Zero[0] = 3;
  Text[0] = 'M';
  many();
  inThread(many);
  borrow();
  inThread(borrow);
  CHECK(Shared == 1 && Exported == 2 && Zero[0] == 3 && Text[0] == 'M');
  return 0;
}
