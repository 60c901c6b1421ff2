// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: pthread_setname_np and pthread_getname_np keep a name per thread, of
// at most fifteen characters, from inside and from outside.
#include "check.h"

static Gate Ready = GATE_INIT, Go = GATE_INIT;

static void *named(void *Arg) {
  char Name[16];
  CHECK(KEEPS_ERRNO(pthread_setname_np(pthread_self(), Arg)) == 0);
  sched_yield();
  CHECK(KEEPS_ERRNO(pthread_getname_np(pthread_self(), Name, 16)) == 0);
  CHECK(strcmp(Name, Arg) == 0);
  post(&Ready);
  await(&Go, 1);
  CHECK(pthread_getname_np(pthread_self(), Name, 16) == 0);
  CHECK(strcmp(Name, "renamed") == 0);
  return NULL;
}

static void names(void) {
  char Name[16];
  Ready.Count = Go.Count = 0;
  pthread_t A = start(named, "alpha"), B = start(named, "fifteen letters");
  await(&Ready, 2);
  CHECK(pthread_getname_np(A, Name, 16) == 0 && strcmp(Name, "alpha") == 0);
  CHECK(pthread_getname_np(B, Name, 16) == 0);
  CHECK(strcmp(Name, "fifteen letters") == 0);
  CHECK(KEEPS_ERRNO(pthread_setname_np(A, "sixteen letters!")) == ERANGE);
  CHECK(KEEPS_ERRNO(pthread_getname_np(A, Name, 15)) == ERANGE);
  CHECK(pthread_setname_np(A, "renamed") == 0);
  CHECK(pthread_setname_np(B, "renamed") == 0);
  post(&Go);
  join(A);
  join(B);
}

static char First[16];
static void inherits(void) { // A new thread has its creator's name.
  char Name[16];
  CHECK(pthread_getname_np(pthread_self(), Name, 16) == 0);
  CHECK(strcmp(Name, First) == 0);
}

int main(void) {
  CHECK(pthread_getname_np(pthread_self(), First, 16) == 0);
  inThread(inherits);
  names();
  inThread(names);
  CHECK(pthread_setname_np(pthread_self(), "the main one") == 0);
  strcpy(First, "the main one");
  inThread(inherits);
  inherits();
  return 0;
}
