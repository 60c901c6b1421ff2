// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: syslog and vsyslog write what they should (here to stderr and to
// nobody), openlog and closelog in between; fortified code calls __syslog_chk
// and __vsyslog_chk. tcdrain waits for a terminal; getpass reads from one. A
// thread that waits in them holds nobody up.
#include "check.h"
#include <pty.h>
#include <stdarg.h>
#include <sys/ioctl.h>
#include <syslog.h>
#include <termios.h>

void __syslog_chk(int Priority, int Flag, const char *Format, ...);
void __vsyslog_chk(int Priority, int Flag, const char *Format, va_list Args);

static void byList(int Chk, const char *Format, ...) {
  va_list Args;
  va_start(Args, Format);
  if (Chk)
    __vsyslog_chk(LOG_ERR, 1, Format, Args);
  else
    vsyslog(LOG_ERR, Format, Args);
  va_end(Args);
}

static void logging(void) {
  int P[2], Saved = dup(2);
  char Text[1024];
  CHECK(Saved >= 0 && pipe(P) == 0 && dup2(P[1], 2) == 2);
  openlog("tester", LOG_PERROR, LOG_USER);
  syslog(LOG_INFO, "number %d %s %ld %f", 1, "text", 5l, 2.5);
  byList(0, "number %d %s", 2, "text");
  __syslog_chk(LOG_INFO, 1, "number %d %s", 3, "text");
  byList(1, "number %d %s", 4, "text");
  CHECK(setlogmask(LOG_MASK(LOG_ERR)) != 0);
  syslog(LOG_INFO, "not %s", "this");
  setlogmask(0xff);
  closelog();
  CHECK(dup2(Saved, 2) == 2 && close(Saved) == 0 && close(P[1]) == 0);
  Text[readAll(P[0], Text, sizeof(Text) - 1)] = 0;
  CHECK(strcmp(Text, "tester: number 1 text 5 2.500000\n"
                     "tester: number 2 text\ntester: number 3 text\n"
                     "tester: number 4 text\n") == 0);
  CHECK(close(P[0]) == 0);
}

static void *drains(void *Arg) {
  CHECK(tcdrain(*(int *)Arg) == 0);
  return NULL;
}

static void draining(void) {
  int Master, Slave;
  CHECK(openpty(&Master, &Slave, NULL, NULL, NULL) == 0);
  pthread_t T = start(drains, &Slave);
  sched_yield();
  join(T);
  CHECK_ERRNO(tcdrain(-1), EBADF);
  int P[2];
  CHECK(pipe(P) == 0);
  CHECK_ERRNO(tcdrain(P[0]), ENOTTY);
  CHECK(close(P[0]) == 0 && close(P[1]) == 0);
  CHECK(close(Slave) == 0 && close(Master) == 0);
}

static void *asks(void *Arg) {
  char *Answer = getpass("What? ");
  CHECK(Answer && strcmp(Answer, "secret") == 0);
  return Arg;
}

/// getpass talks to the controlling terminal: in a session of its own.
static void asking(void) {
  int Master;
  pid_t Child = forkpty(&Master, NULL, NULL, NULL);
  CHECK(Child >= 0);
  if (Child == 0) {
    join(start(asks, NULL));
    _exit(7);
  }
  char Prompt[6];
  CHECK(readAll(Master, Prompt, 6) == 6 && memcmp(Prompt, "What? ", 6) == 0);
  CHECK(write(Master, "secret\n", 7) == 7);
  int Status;
  CHECK(waitpid(Child, &Status, 0) == Child && WEXITSTATUS(Status) == 7);
  CHECK(close(Master) == 0);
}

int main(void) {
  void (*Each[])(void) = {logging, draining, asking};
  for (int I = 0; I < 3; ++I) {
    Each[I]();
    inThread(Each[I]);
    Each[I]();
  }
  return 0;
}
