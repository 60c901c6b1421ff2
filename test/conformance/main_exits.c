// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: pthread_exit in main leaves the other threads running, and the
// process then ends with status 0 after the atexit handlers. What is sent to
// the process reaches these threads, or ends it.
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

static pthread_t Main;
static volatile int Handled;
static void count(int Signal) {
  (void)Signal;
  ++Handled;
}

static void *remains(void *Arg) {
  join(Main);
  CHECK(write(Told[1], "r", 1) == 1);
  if (Arg) // A handler ends its sleep.
    while (!Handled)
      sleep(1000);
  else
    for (;;)
      sleep(1000);
  _exit(31);
}

static void leaveForHandler(void) {
  CHECK(signal(SIGTERM, count) == SIG_DFL);
  Main = pthread_self();
  start(remains, &Main);
  pthread_exit(NULL);
}

static void leaveForGood(void) {
  Main = pthread_self();
  start(remains, NULL);
  pthread_exit(NULL);
}

static int terminated(void (*Call)(void)) {
  char C;
  int Status = -1;
  CHECK(pipe(Told) == 0);
  pid_t Pid = fork();
  CHECK(Pid >= 0);
  if (Pid == 0)
    Call();
  CHECK(read(Told[0], &C, 1) == 1);
  // It may not sleep yet: signals come until it has ended.
  long long From = nowMs();
  pid_t Got;
  while ((Got = waitpid(Pid, &Status, WNOHANG)) == 0) {
    int Late = nowMs() - From > 5000; // Nobody else would end it.
    CHECK(kill(Pid, Late ? SIGKILL : SIGTERM) == 0);
    sleepMs(5);
  }
  CHECK(Got == Pid);
  CHECK(close(Told[0]) == 0 && close(Told[1]) == 0);
  return Status;
}

static void terminates(void) {
  int Status = terminated(leaveForGood);
  CHECK(WIFSIGNALED(Status) && WTERMSIG(Status) == SIGTERM);
  Status = terminated(leaveForHandler);
  CHECK(WIFEXITED(Status) && WEXITSTATUS(Status) == 31);
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
  terminates();
  inThread(terminates);
  start(goOn, NULL);
  pthread_exit((void *)1);
}
