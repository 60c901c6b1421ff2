// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: pthread_once runs the initialiser in one of many threads while the
// others wait until it has finished, however long it blocks, also when the
// initialiser creates the first threads that there are, and these need it. If
// it is left by a jump, another thread begins it anew.
#include "check.h"
#include <setjmp.h>
#include <threads.h>

enum { Threads = 30 };
static pthread_once_t Once, Again = PTHREAD_ONCE_INIT;
static int Runs, Ready, P[2];
static Gate Started = GATE_INIT;

static void initialise(void) {
  char C;
  ++Runs;
  CHECK(read(P[0], &C, 1) == 1);
  sleepMs(10);
  __atomic_store_n(&Ready, 1, __ATOMIC_RELAXED);
}

static void inner(void) { Runs += 100; }
static void outer(void) { // One initialiser may need another.
  CHECK(pthread_once(&Again, inner) == 0);
  Runs += 10;
}

static void *use(void *Arg) {
  post(&Started);
  CHECK(KEEPS_ERRNO(pthread_once(&Once, initialise)) == 0);
  CHECK(__atomic_load_n(&Ready, __ATOMIC_RELAXED) == 1);
  CHECK(pthread_once(&Once, initialise) == 0);
  return Arg;
}

static void onces(void) {
  pthread_t T[Threads];
  Once = PTHREAD_ONCE_INIT;
  Again = PTHREAD_ONCE_INIT;
  Runs = Ready = Started.Count = 0;
  CHECK(pipe(P) == 0);
  for (int I = 0; I < Threads; ++I)
    T[I] = start(use, NULL);
  await(&Started, Threads);
  CHECK(write(P[1], "x", 1) == 1);
  use(NULL);
  for (int I = 0; I < Threads; ++I)
    join(T[I]);
  CHECK(Runs == 1);
  CHECK(close(P[0]) == 0 && close(P[1]) == 0);
  pthread_once_t Local = PTHREAD_ONCE_INIT;
  CHECK(pthread_once(&Local, outer) == 0 && Runs == 111);
}

static jmp_buf Out;
static pthread_t Waiting[Threads];
static int Tries;

static void *useLeft(void *);
static void leftOnce(void) {
  ++Runs;
  if (++Tries > 1)
    return;
  for (int I = 0; I < Threads; ++I)
    Waiting[I] = start(useLeft, NULL);
  await(&Started, Threads); // Most of them wait for us soon.
  Runs = 0;
  longjmp(Out, 1);
}

static void *useLeft(void *Arg) {
  post(&Started);
  CHECK(pthread_once(&Once, leftOnce) == 0);
  CHECK(Runs == 1 && Tries == 2);
  return Arg;
}

static void leavesBoth(void) {
  pthread_once(&Once, leftOnce);
  ++Runs;
}

static void onLeave(int Signal) {
  CHECK(Signal == SIGUSR1);
  longjmp(Out, 1);
}
static void raises(void) {
  if (++Tries == 1)
    raise(SIGUSR1);
  ++Runs;
}

static void left(void) {
  for (int Nested = 0; Nested < 2; ++Nested) {
    Once = Again = PTHREAD_ONCE_INIT;
    Runs = Tries = Started.Count = 0;
    if (setjmp(Out) == 0) {
      if (Nested)
        pthread_once(&Again, leavesBoth);
      else
        pthread_once(&Once, leftOnce);
      CHECK(!"reached");
    }
    for (int I = 0; I < Threads; ++I)
      join(Waiting[I]);
    useLeft(NULL);
    CHECK(pthread_once(&Again, leavesBoth) == 0 && Runs == 2);
  }
  // By a handler's jump.
  signal(SIGUSR1, onLeave);
  Once = PTHREAD_ONCE_INIT;
  Runs = Tries = 0;
  if (sigsetjmp(Out, 1) == 0)
    pthread_once(&Once, raises);
  CHECK(Tries == 1 && Runs == 0);
  CHECK(pthread_once(&Once, raises) == 0 && Runs == 1);
}

static once_flag Flag = ONCE_FLAG_INIT;
static pthread_t Firsts[3];
static void createsFirst(void);

static void *needs(void *Arg) {
  post(&Started);
  if (Arg)
    call_once(&Flag, createsFirst);
  else
    CHECK(KEEPS_ERRNO(pthread_once(&Once, createsFirst)) == 0);
  CHECK(__atomic_load_n(&Ready, __ATOMIC_RELAXED) == 1);
  return NULL;
}

static void *C11; // Not NULL if it is call_once.
static void createsFirst(void) {
  ++Runs;
  for (int I = 0; I < 3; ++I)
    Firsts[I] = start(needs, C11);
  await(&Started, 4); // This thread counted, too.
  sleepMs(5);
  __atomic_store_n(&Ready, 1, __ATOMIC_RELAXED);
}

static void first(void) {
  needs(C11);
  for (int I = 0; I < 3; ++I)
    join(Firsts[I]);
  CHECK(Runs == 1);
}

int main(void) {
  CHECK(inChild(first) == 0);
  C11 = &Flag;
  CHECK(inChild(first) == 0);
  CHECK(inChild(left) == 0); // Before there are threads.
  onces();
  inThread(onces);
  inThread(left);
  left();
  onces();
  return 0;
}
