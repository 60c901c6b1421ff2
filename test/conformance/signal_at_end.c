// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: a thread that computes has run the handlers of what was sent to it
// before it ends, also before its keys' destructors, and before it begins to
// block the signal.
#include "check.h"
#include <stdint.h>

static pthread_key_t Key;
static int Go, Spins, Handled, HandledAtDestructor;
static pthread_t HandledOn;

static void handler(int Signal) {
  (void)Signal;
  CHECK(pthread_getspecific(Key) == &Key);
  HandledOn = pthread_self();
  __atomic_fetch_add(&Handled, 1, __ATOMIC_SEQ_CST);
}

static void destructor(void *Value) {
  (void)Value;
  HandledAtDestructor = __atomic_load_n(&Handled, __ATOMIC_SEQ_CST);
}

enum { Returns, Exits, Blocks, Ways };

static void *computing(void *Way) {
  CHECK(pthread_setspecific(Key, &Key) == 0);
  maskSignal(SIG_UNBLOCK, SIGUSR1);
  __atomic_store_n(&Spins, 1, __ATOMIC_SEQ_CST);
  while (!__atomic_load_n(&Go, __ATOMIC_SEQ_CST))
    ;
  getppid(); // Natively a handler has run when this returns.
  switch ((intptr_t)Way) {
  case Exits:
    pthread_exit(Way);
  case Blocks:
    maskSignal(SIG_BLOCK, SIGUSR1);
    CHECK(__atomic_load_n(&Handled, __ATOMIC_SEQ_CST) == 1);
  }
  return Way;
}

static void checkEnd(intptr_t Way, int ToProcess) {
  Go = Spins = Handled = HandledAtDestructor = 0;
  pthread_t T = start(computing, (void *)Way);
  while (!__atomic_load_n(&Spins, __ATOMIC_SEQ_CST))
    sched_yield();
  if (ToProcess)
    CHECK(kill(getpid(), SIGUSR1) == 0);
  else
    CHECK(pthread_kill(T, SIGUSR1) == 0);
  __atomic_store_n(&Go, 1, __ATOMIC_SEQ_CST);
  join(T);
  CHECK(Handled == 1 && pthread_equal(HandledOn, T));
  CHECK(HandledAtDestructor == 1);
}

int main(void) {
  struct sigaction Action;
  memset(&Action, 0, sizeof(Action));
  Action.sa_handler = handler;
  CHECK(sigaction(SIGUSR1, &Action, NULL) == 0);
  CHECK(pthread_key_create(&Key, destructor) == 0);
  maskSignal(SIG_BLOCK, SIGUSR1);
  for (intptr_t Way = 0; Way < Ways; ++Way) {
    checkEnd(Way, 0);
    checkEnd(Way, 1);
  }
  return 0;
}
