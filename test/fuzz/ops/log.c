// log.c - operations that write messages to stderr, which is a pipe meanwhile,
// and ask at terminals. Only where there is one lane: stderr is the process's.
#include "../run.h"

#include <pty.h>
#include <stdarg.h>
#include <sys/wait.h>
#include <syslog.h>
#include <termios.h>

extern void __syslog_chk(int Priority, int Flag, const char *Format, ...);
extern void __vsyslog_chk(int Priority, int Flag, const char *Format,
                          va_list Args);

typedef struct {
  int Saved, Read;
} Captured;

static int capture(Captured *C) {
  int P[2];
  if (!alone() || pipe(P) != 0)
    return 0;
  C->Saved = dup(2);
  C->Read = P[0];
  dup2(P[1], 2);
  close(P[1]);
  return 1;
}

static void sayCaptured(Run *R, Captured *C) {
  char Text[2000];
  dup2(C->Saved, 2);
  close(C->Saved);
  ssize_t N = read(C->Read, Text, sizeof Text - 1);
  close(C->Read);
  Text[N < 0 ? 0 : N] = 0;
  for (char *P = Text; *P; ++P)
    if (*P == '\n')
      *P = '|';
  say(R, " %s", Text);
}

static void byList(Run *R, int Checked, const char *Format, ...) {
  va_list Args;
  va_start(Args, Format);
  if (Checked)
    CALL_VOID(__vsyslog_chk, LOG_ERR, 1, Format, Args);
  else
    CALL_VOID(vsyslog, LOG_ERR, Format, Args);
  va_end(Args);
}

OP(syslog, "") {
  Captured C;
  if (!capture(&C))
    return;
  CALL_VOID(openlog, "fuzz", LOG_PERROR, LOG_USER);
  CALL_VOID(syslog, LOG_INFO, "number %d %s %ld %f", 1, "text", 5L, 2.5);
  byList(R, 0, "number %d %s", 2, "text");
  CALL_VOID(__syslog_chk, LOG_INFO, 1, "number %d %s", 3, "text");
  byList(R, 1, "number %d %s", 4, "text");
  int Mask = setlogmask(LOG_MASK(LOG_ERR));
  CALL_VOID(syslog, LOG_INFO, "not %s", "this");
  setlogmask(Mask);
  CALL_VOID(closelog);
  sayCaptured(R, &C);
}

OP(psignal, "") {
  Captured C;
  siginfo_t Info = {.si_signo = SIGTERM, .si_code = SI_USER};
  if (!capture(&C))
    return;
  CALL_VOID(psignal, SIGINT, "one");
  CALL_VOID(psignal, 999, NULL);
  CALL_VOID(psiginfo, &Info, "two");
  Info.si_signo = 999;
  CALL_VOID(psiginfo, &Info, "");
  sayCaptured(R, &C);
}

OP(tcdrain, "fd") {
  int Master, Slave;
  if (openpty(&Master, &Slave, NULL, NULL, NULL) != 0)
    return;
  RESULT(tcdrain, Slave);
  struct termios T;
  tcgetattr(Slave, &T);
  RESULT(tcsetattr, Slave, TCSADRAIN, &T);
  RESULT(tcflush, Slave, TCIOFLUSH);
  RESULT(tcflow, Slave, TCOON);
  RESULT(tcsendbreak, Slave, 0);
  RESULT(tcsetpgrp, Slave, 1);
  CALL(close, Slave);
  CALL(close, Master);
  RESULT(tcdrain, -1);
  RESULT(tcdrain, fdIn(R, A[0]));
}

/// Of the controlling terminal, so in a child that has one.
OP(getpass, "") {
  int Master, Status = -1;
  pid_t Child = forkpty(&Master, NULL, NULL, NULL);
  if (Child < 0)
    return;
  if (Child == 0) {
    char *Answer = getpass("What? ");
    _exit(Answer ? (int)strlen(Answer) : 99);
  }
  COUNT("getpass"); // The child's counters are its own.
  char Text[6] = "";
  for (size_t N = 0; N < sizeof Text;) {
    ssize_t Got = CALL(read, Master, Text + N, sizeof Text - N);
    if (Got <= 0)
      break;
    N += (size_t)Got;
  }
  RESULT(write, Master, "secret\n", 7);
  CALL(waitpid, Child, &Status, 0);
  say(R, " %d", WEXITSTATUS(Status));
  sayBytes(R, Text, sizeof Text);
  CALL(close, Master);
}
