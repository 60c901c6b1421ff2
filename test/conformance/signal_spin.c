// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: a thread that waits for a spin lock handles its signals meanwhile;
// the handler may end the thread.
#include "check.h"

static pthread_spinlock_t Lock;
static Gate Tries = GATE_INIT;
static int Handled, Ends, Locked;

static void handler(int Signal) {
  (void)Signal;
  __atomic_store_n(&Handled, 1, __ATOMIC_SEQ_CST);
  if (Ends)
    pthread_exit(&Handled);
}

static void *locks(void *Arg) {
  maskSignal(SIG_UNBLOCK, SIGUSR1);
  post(&Tries);
  CHECK(pthread_spin_lock(&Lock) == 0);
  Locked = 1;
  CHECK(pthread_spin_unlock(&Lock) == 0);
  return Arg;
}

/// \p Send's signal comes to a thread that spins.
static void spins(void (*Send)(pthread_t)) {
  Handled = Locked = Tries.Count = 0;
  CHECK(pthread_spin_lock(&Lock) == 0);
  pthread_t T = start(locks, NULL);
  await(&Tries, 1);
  Send(T);
  while (!__atomic_load_n(&Handled, __ATOMIC_SEQ_CST))
    sched_yield();
  CHECK(!Locked);
  if (Ends) // It has let go of nothing.
    CHECK(join(T) == &Handled && pthread_spin_trylock(&Lock) == EBUSY);
  CHECK(pthread_spin_unlock(&Lock) == 0);
  CHECK(Ends || (join(T) == NULL && Locked));
}

static void toThread(pthread_t T) { CHECK(pthread_kill(T, SIGUSR1) == 0); }
static void toProcess(pthread_t T) {
  (void)T;
  CHECK(kill(getpid(), SIGUSR1) == 0);
}

static void everyWay(void) {
  for (Ends = 0; Ends < 2; ++Ends) {
    spins(toThread);
    spins(toProcess);
  }
}

int main(void) {
  struct sigaction Action;
  memset(&Action, 0, sizeof(Action));
  Action.sa_handler = handler;
  CHECK(sigaction(SIGUSR1, &Action, NULL) == 0);
  CHECK(pthread_spin_init(&Lock, PTHREAD_PROCESS_PRIVATE) == 0);
  maskSignal(SIG_BLOCK, SIGUSR1);
  everyWay();
  inThread(everyWay);
  CHECK(pthread_spin_destroy(&Lock) == 0);
  return 0;
}
