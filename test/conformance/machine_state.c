// RUN: %clang %s -o %t -lm && %native %t
// RUN: %open_co_clang %s -o %t.oc -lm && %run %t.oc
// Intent: the rounding mode and exception mask belong to the thread and are
// inherited from its creator; stacks are aligned wherever user code starts.
#include "check.h"
#include <fenv.h>
#include <stdint.h>

#define CHECK_ALIGNED()                                                        \
  do {                                                                         \
    __attribute__((aligned(16))) volatile char Local_[16] = {0};               \
    CHECK((uintptr_t)Local_ % 16 == 0);                                        \
    CHECK((uintptr_t)__builtin_frame_address(0) % 16 == 0);                    \
  } while (0)

static pthread_key_t Key;
static void onKey(void *Value) {
  (void)Value;
  CHECK_ALIGNED();
}
static void onSignal(int Signal) {
  (void)Signal;
  CHECK_ALIGNED();
}
static void atEnd(void) { CHECK_ALIGNED(); }
static void cleanUp(void *Arg) {
  (void)Arg;
  CHECK_ALIGNED();
}

static const int Modes[] = {FE_TONEAREST, FE_UPWARD, FE_DOWNWARD,
                            FE_TOWARDZERO};

static int effective(void) { // By what arithmetic really does.
  volatile float One = 1, Tiny = 1e-20f, Minus = -1;
  int Up = One + Tiny > 1, Down = One - Tiny<1, MinusUp = Minus + Tiny> - 1;
  return Up        ? FE_UPWARD
         : !Down   ? FE_TONEAREST
         : MinusUp ? FE_TOWARDZERO
                   : FE_DOWNWARD;
}

static void block(void) {
  sched_yield();
  usleep(100);
}

static void *inherits(void *Arg) {
  CHECK(fegetround() == (int)(long)Arg && effective() == (int)(long)Arg);
  CHECK(fesetround(FE_TONEAREST) == 0);
  block();
  return NULL;
}

static void *rounds(void *Arg) {
  CHECK_ALIGNED();
  int Mode = Modes[(long)Arg % 4];
  CHECK(pthread_setspecific(Key, &Key) == 0);
  CHECK(fesetround(Mode) == 0);
  for (int I = 0; I < 8; ++I) {
    block();
    CHECK(fegetround() == Mode && effective() == Mode);
  }
  join(start(inherits, (void *)(long)Mode));
  CHECK(effective() == Mode);
  CHECK(raise(SIGUSR1) == 0);
  pthread_cleanup_push(cleanUp, NULL);
  pthread_exit(NULL);
  pthread_cleanup_pop(0);
}

static void many(void) {
  pthread_t T[12];
  CHECK(fegetround() == FE_TONEAREST);
  for (long I = 0; I < 12; ++I)
    T[I] = start(rounds, (void *)I);
  for (int I = 0; I < 12; ++I)
    join(T[I]);
  CHECK(fegetround() == FE_TONEAREST && effective() == FE_TONEAREST);
}

int main(void) {
  CHECK(pthread_key_create(&Key, onKey) == 0);
  CHECK(signal(SIGUSR1, onSignal) == SIG_DFL && atexit(atEnd) == 0);
  many();
  inThread(many);
  return 0;
}
