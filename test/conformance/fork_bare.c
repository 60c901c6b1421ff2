// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: _Fork, and fork and clone through syscall(), run no handlers; the
// child may wait, read and write, has the thread's signal mask, and execs. The
// parent goes on.
#include "check.h"
#include <sys/syscall.h>

extern char **environ;
static char Self[256];

static pid_t byLibc(void) { return _Fork(); }
static pid_t byNumber(void) { return (pid_t)syscall(SYS_fork); }
static pid_t byClone(void) {
  return (pid_t)syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);
}
static pid_t (*const Forks[])(void) = {byLibc, byNumber, byClone};

static void never(void) { _exit(1); }

static int blocksUsr1(void) {
  sigset_t Now;
  sigemptyset(&Now);
  return sigprocmask(SIG_BLOCK, NULL, &Now) == 0 && sigismember(&Now, SIGUSR1);
}

static void forks(void) {
  sigset_t Set, Old;
  sigemptyset(&Set);
  sigaddset(&Set, SIGUSR1);
  CHECK(pthread_sigmask(SIG_BLOCK, &Set, &Old) == 0);
  for (size_t I = 0; I < 2 * sizeof(Forks) / sizeof(*Forks); ++I) {
    int Up[2], Down[2], Status;
    char C;
    CHECK(pipe(Up) == 0 && pipe(Down) == 0);
    pid_t Pid = Forks[I / 2]();
    CHECK(Pid >= 0);
    if (Pid == 0) {
      char *Args[] = {Self, "mask", NULL};
      if (read(Down[0], &C, 1) != 1 || write(Up[1], &C, 1) != 1)
        _exit(2);
      if (I % 2)
        execve(Self, Args, environ);
      _exit(blocksUsr1() ? 7 : 3);
    }
    CHECK(write(Down[1], "x", 1) == 1);
    CHECK(read(Up[0], &C, 1) == 1 && C == 'x');
    CHECK(waitpid(Pid, &Status, 0) == Pid);
    CHECK(WIFEXITED(Status) && WEXITSTATUS(Status) == 7);
    for (int J = 0; J < 2; ++J)
      CHECK(close(Up[J]) == 0 && close(Down[J]) == 0);
  }
  CHECK(pthread_sigmask(SIG_SETMASK, &Old, NULL) == 0);
}

int main(int ArgC, char **ArgV) {
  if (ArgC > 1 && strcmp(ArgV[1], "mask") == 0)
    return blocksUsr1() ? 7 : 4;
  CHECK(readlink("/proc/self/exe", Self, sizeof(Self) - 1) > 0);
  CHECK(pthread_atfork(never, never, never) == 0);
  everywhere(forks);
  return 0;
}
