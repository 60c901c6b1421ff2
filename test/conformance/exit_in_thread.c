// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: exit in a thread runs the atexit handlers on that thread, last first,
// flushes stdout, and ends the process whatever main does.
#include "check.h"

static int Told[2];
static pthread_t Exiter;
static __thread int Mine;

static void first(void) {
  CHECK(pthread_equal(pthread_self(), Exiter));
  CHECK(Mine == 5);
  CHECK(write(Told[1], "1", 1) == 1);
}

static void second(void) {
  sched_yield(); // Handlers may block.
  sleepMs(5);
  CHECK(write(Told[1], "2", 1) == 1);
}

static void *exits(void *Arg) {
  Exiter = pthread_self();
  Mine = 5;
  CHECK(dup2(Told[1], 1) == 1);
  printf("buffered ");
  exit((int)(long)Arg);
}

static void exitThere(void) {
  char C;
  int Never[2];
  CHECK(pipe(Never) == 0);
  CHECK(atexit(first) == 0 && atexit(second) == 0);
  start(exits, (void *)9);
  read(Never[0], &C, 1);
  CHECK(!"main went on");
}

static void check(void) {
  char Buf[32] = "";
  CHECK(pipe(Told) == 0);
  int Status = inChild(exitThere);
  CHECK(WIFEXITED(Status) && WEXITSTATUS(Status) == 9);
  CHECK(close(Told[1]) == 0);
  readAll(Told[0], Buf, sizeof(Buf) - 1);
  CHECK(strcmp(Buf, "21buffered ") == 0);
  CHECK(close(Told[0]) == 0);
}

int main(void) {
  check();
  inThread(check);
  check();
  return 0;
}
