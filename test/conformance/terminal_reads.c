// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: reads of a terminal that return before poll would say so: VMIN and
// VTIME, a descriptor for writing, a pointer that cannot be one. In the
// background they stop the process, as do calls that set something.
#include "check.h"
#include <sys/uio.h>
#include <termios.h>

static int openSlave(int Master, int Flags) {
  char Name[64];
  CHECK(ptsname_r(Master, Name, sizeof(Name)) == 0);
  int Fd = open(Name, Flags | O_NOCTTY);
  CHECK(Fd >= 0);
  return Fd;
}

static void setRaw(int Fd, int Min, int Time) {
  struct termios T;
  CHECK(tcgetattr(Fd, &T) == 0);
  cfmakeraw(&T);
  T.c_cc[VMIN] = Min;
  T.c_cc[VTIME] = Time;
  CHECK(tcsetattr(Fd, TCSANOW, &T) == 0);
}

static void *writeLater(void *Arg) {
  int Fd = *(int *)Arg;
  sleepMs(30);
  CHECK(write(Fd, "x", 1) == 1);
  return NULL;
}

static void reads(void) {
  char Buf[8];
  struct iovec Part = {Buf, 4};
  int Master = posix_openpt(O_RDWR | O_NOCTTY);
  CHECK(Master >= 0 && grantpt(Master) == 0 && unlockpt(Master) == 0);
  int Slave = openSlave(Master, O_RDWR);

  setRaw(Slave, 0, 0); // As poll.
  CHECK(KEEPS_ERRNO(read(Slave, Buf, 4)) == 0);
  CHECK(KEEPS_ERRNO(readv(Slave, &Part, 1)) == 0);
  CHECK(write(Master, "ab", 2) == 2);
  CHECK(KEEPS_ERRNO(read(Slave, Buf, 4)) == 2 && Buf[1] == 'b');

  setRaw(Slave, 0, 1); // A tenth of a second.
  long long From = nowMs();
  CHECK(KEEPS_ERRNO(read(Slave, Buf, 4)) == 0);
  CHECK(nowMs() - From >= 90);
  pthread_t T = start(writeLater, &Master);
  setRaw(Slave, 0, 100);
  CHECK(KEEPS_ERRNO(read(Slave, Buf, 4)) == 1 && Buf[0] == 'x');
  join(T);

  // At the other end there is nothing to set.
  T = start(writeLater, &Slave);
  CHECK(KEEPS_ERRNO(read(Master, Buf, 4)) == 1 && Buf[0] == 'x');
  join(T);

  setRaw(Slave, 5, 0); // But no more than is asked for.
  CHECK(write(Master, "ab", 2) == 2);
  CHECK(KEEPS_ERRNO(read(Slave, Buf, 2)) == 2);

  setRaw(Slave, 0, 0);
  FILE *F = fdopen(dup(Slave), "r");
  CHECK(fgetc(F) == EOF && feof(F) && !ferror(F));
  clearerr(F);
  CHECK(!fgets(Buf, 4, F) && feof(F));
  clearerr(F);
  setRaw(Slave, 0, 1);
  int I;
  CHECK(fscanf(F, "%d", &I) == EOF && feof(F) && !ferror(F));
  CHECK(fclose(F) == 0);

  setRaw(Slave, 1, 0);
  int Writes = openSlave(Master, O_WRONLY);
  CHECK_ERRNO(read(Writes, Buf, 4), EBADF);
  CHECK_ERRNO(readv(Writes, &Part, 1), EBADF);
  CHECK_ERRNO(read(Slave, (void *)-4096, 4), EFAULT);
  Part.iov_base = (void *)-4096;
  CHECK_ERRNO(readv(Slave, &Part, 1), EFAULT);
  CHECK(close(Writes) == 0 && close(Slave) == 0 && close(Master) == 0);
}

static int Terminal;

static void readsOne(void) {
  char C;
  CHECK(read(Terminal, &C, 1) == -1 && errno == EIO);
}
static void sets(void) {
  struct termios T;
  CHECK(tcgetattr(Terminal, &T) == 0);
  CHECK(KEEPS_ERRNO(tcsetattr(Terminal, TCSANOW, &T)) == 0);
}
static void sendsBreak(void) {
  CHECK(KEEPS_ERRNO(tcsendbreak(Terminal, 0)) == 0);
}
static void flushes(void) {
  CHECK(KEEPS_ERRNO(tcflush(Terminal, TCIFLUSH)) == 0);
}
static void goesOn(void) { CHECK(KEEPS_ERRNO(tcflow(Terminal, TCOON)) == 0); }
static void comesForward(void) {
  CHECK(KEEPS_ERRNO(tcsetpgrp(Terminal, getpgrp())) == 0);
  CHECK(tcgetpgrp(Terminal) == getpgrp());
}

static void (*Then)(void);
static void doesInThread(void) { inThread(Then); }

/// The wait status of a process in the background that calls \p Call: at its
/// end, or when it stops, which ends it then.
static int inBackground(void (*Call)(void)) {
  int Status;
  pid_t Pid = fork();
  CHECK(Pid >= 0);
  if (Pid == 0) {
    CHECK(setpgid(0, 0) == 0);
    Call();
    _exit(0);
  }
  CHECK(waitpid(Pid, &Status, WUNTRACED) == Pid);
  if (WIFSTOPPED(Status))
    CHECK(kill(Pid, SIGKILL) == 0 && waitpid(Pid, NULL, 0) == Pid);
  return Status;
}

static void session(void) {
  int Master = posix_openpt(O_RDWR | O_NOCTTY);
  char Name[64];
  CHECK(Master >= 0 && grantpt(Master) == 0 && unlockpt(Master) == 0);
  CHECK(ptsname_r(Master, Name, sizeof(Name)) == 0 && setsid() >= 0);
  CHECK((Terminal = open(Name, O_RDWR)) >= 0 &&
        tcgetpgrp(Terminal) == getpid());
  static const struct {
    void (*Call)(void);
    int Signal;
  } Does[] = {{readsOne, SIGTTIN}, {sets, SIGTTOU},   {sendsBreak, SIGTTOU},
              {flushes, SIGTTOU},  {goesOn, SIGTTOU}, {comesForward, SIGTTOU}};
  for (int Ignored = 0; Ignored < 2; ++Ignored)
    for (size_t I = 0; I < sizeof(Does) / sizeof(*Does); ++I) {
      Then = Does[I].Call;
      signal(Does[I].Signal, Ignored ? SIG_IGN : SIG_DFL);
      for (int Threads = 0; Threads < 2; ++Threads) {
        int Status = inBackground(Threads ? doesInThread : Then);
        CHECK(Ignored
                  ? Status == 0
                  : WIFSTOPPED(Status) && WSTOPSIG(Status) == Does[I].Signal);
        signal(SIGTTOU, SIG_IGN);
        CHECK(tcsetpgrp(Terminal, getpid()) == 0);
        signal(SIGTTOU, Ignored ? SIG_IGN : SIG_DFL);
      }
    }
}

int main(void) {
  CHECK(inChild(session) == 0);
  everywhere(reads);
  return 0;
}
