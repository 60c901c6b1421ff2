// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: pthread_atfork handlers run in the caller around fork: prepare in
// reverse order, parent and child in order, in threads too; they may block.
#include "check.h"

static char Log[16];
static pthread_t Caller;
static pthread_mutex_t Lock = PTHREAD_MUTEX_INITIALIZER;

static void note(char C) {
  CHECK(pthread_equal(pthread_self(), Caller));
  size_t N = strlen(Log);
  Log[N] = C;
  Log[N + 1] = 0;
}
static void prepareA(void) {
  note('a');
  CHECK(pthread_mutex_lock(&Lock) == 0);
}
static void parentA(void) {
  note('A');
  CHECK(pthread_mutex_unlock(&Lock) == 0);
}
static void childA(void) {
  note('1');
  CHECK(pthread_mutex_unlock(&Lock) == 0);
}
static void prepareB(void) { note('b'); }
static void parentB(void) { note('B'); }
static void childB(void) { note('2'); }

static void *holds(void *Arg) {
  Gate *G = Arg;
  CHECK(pthread_mutex_lock(&Lock) == 0);
  post(G);
  sleepMs(20);
  CHECK(pthread_mutex_unlock(&Lock) == 0);
  return NULL;
}

static void forks(void) {
  Gate Held = GATE_INIT;
  pthread_t T = start(holds, &Held);
  await(&Held, 1);
  Log[0] = 0;
  Caller = pthread_self();
  pid_t Pid = fork(); // prepareA waits for the lock.
  CHECK(Pid >= 0);
  if (Pid == 0) {
    CHECK(pthread_mutex_trylock(&Lock) == 0);
    _exit(strcmp(Log, "ba12") == 0 ? 0 : 1);
  }
  int Status;
  CHECK(waitpid(Pid, &Status, 0) == Pid && Status == 0);
  CHECK(strcmp(Log, "baAB") == 0);
  join(T);
}

int main(void) {
  CHECK(pthread_atfork(prepareA, parentA, childA) == 0);
  CHECK(pthread_atfork(prepareB, parentB, childB) == 0);
  forks();
  inThread(forks);
  forks();
  return 0;
}
