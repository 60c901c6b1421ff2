// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: a thread that computes or spins without any call does not keep the
// others from running, not even the one that it is waiting for.
#include "check.h"

static volatile int Flag;
static volatile unsigned long Spins;

static void *spin(void *Arg) {
  while (!Flag)
    ++Spins;
  return Arg;
}

static void *setFlag(void *Arg) {
  sleepMs(5);
  Flag = 1;
  return Arg;
}

static void spins(void) {
  pthread_t T[4];
  Flag = 0;
  for (int I = 0; I < 4; ++I)
    T[I] = start(spin, NULL);
  pthread_t Setter = start(setFlag, NULL);
  for (int I = 0; I < 4; ++I)
    join(T[I]);
  join(Setter);
}

int main(void) {
  spins();
  inThread(spins);
  return 0;
}
