// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: vfork's child shares the caller's memory until it execs or exits,
// from main and from a thread, while other threads run.
#include "check.h"

extern char **environ;
static volatile int Stop;
static volatile long Spins;

static void *spin(void *Arg) {
  while (!Stop) {
    ++Spins;
    sched_yield();
    sleepMs(1);
  }
  return Arg;
}

static int exitStatus(pid_t Pid) {
  int Status = -1;
  pid_t R;
  while ((R = waitpid(Pid, &Status, 0)) == -1 && errno == EINTR)
    ;
  CHECK(R == Pid && WIFEXITED(Status));
  return WEXITSTATUS(Status);
}

static void vforks(void) {
  volatile int Shared = 1;
  pid_t Pid = vfork();
  CHECK(Pid >= 0);
  if (Pid == 0) {
    Shared = 2;
    _exit(17);
  }
  CHECK(Shared == 2); // The child has ended by now.
  CHECK(exitStatus(Pid) == 17);

  static char *Args[] = {"sh", "-c", "exit 18", NULL};
  Pid = vfork();
  CHECK(Pid >= 0);
  if (Pid == 0) {
    execve("/bin/sh", Args, environ);
    _exit(127);
  }
  CHECK(exitStatus(Pid) == 18);

  // What daemons do: redirect, and try a program that is not there.
  int P[2];
  char Buf[16];
  CHECK(pipe2(P, O_CLOEXEC) == 0);
  static char *Echo[] = {"sh", "-c", "echo hello", NULL};
  Pid = vfork();
  CHECK(Pid >= 0);
  if (Pid == 0) {
    dup2(P[1], 1);
    execve("/not/there", Echo, environ);
    if (errno == ENOENT)
      execve("/bin/sh", Echo, environ);
    _exit(127);
  }
  CHECK(close(P[1]) == 0);
  CHECK(readAll(P[0], Buf, sizeof(Buf)) == 6 && memcmp(Buf, "hello\n", 6) == 0);
  CHECK(close(P[0]) == 0);
  CHECK(exitStatus(Pid) == 0);
}

int main(void) {
  vforks();
  pthread_t T = start(spin, NULL);
  vforks();
  inThread(vforks);
  inThreads(4, vforks);
  for (int I = 0; I < 20; ++I)
    inThread(vforks);
  Stop = 1;
  join(T);
  CHECK(Spins > 0);
  return 0;
}
