// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: pthread_exit in main leaves the other threads running, and the
// process then ends with status 0 after the atexit handlers.
#include "check.h"

static int Told[2];

static void atEnd(void) { CHECK(write(Told[1], "e", 1) == 1); }

static void *later(void *Arg) {
  sleepMs(50);
  CHECK(write(Told[1], "t", 1) == 1);
  return Arg;
}

static void *laterStill(void *Arg) {
  join(*(pthread_t *)Arg); // main, which has ended.
  CHECK(write(Told[1], "m", 1) == 1);
  join(start(later, NULL));
  return NULL;
}

static void leaveMain(void) {
  static pthread_t Main;
  Main = pthread_self();
  CHECK(atexit(atEnd) == 0);
  CHECK(close(Told[0]) == 0);
  start(laterStill, &Main);
  pthread_exit((void *)99);
}

static void check(void) {
  char Buf[8];
  CHECK(pipe(Told) == 0);
  CHECK(inChild(leaveMain) == 0);
  CHECK(close(Told[1]) == 0);
  CHECK(readAll(Told[0], Buf, sizeof(Buf)) == 3);
  CHECK(memcmp(Buf, "mte", 3) == 0);
  CHECK(close(Told[0]) == 0);
}

static void *goOn(void *Arg) {
  sleepMs(20);
  printf("the last thread is done\n");
  return Arg;
}

int main(void) {
  check();
  inThread(check); // The child's main thread is then what was a thread here.
  check();
  start(goOn, NULL);
  pthread_exit((void *)1);
}
