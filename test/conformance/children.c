// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: wait, waitpid, wait3, wait4, waitid and pclose in threads: whom they
// wait for, what they tell, that others go on meanwhile, errors; execl and its
// kin pass arguments, environment and signal mask on.
#include "check.h"
#include <sys/resource.h>

static pid_t child(int Status) {
  pid_t Pid = fork();
  CHECK(Pid >= 0);
  if (Pid == 0)
    _exit(Status);
  return Pid;
}

static void one(void) {
  int Status = -1;
  pid_t Pid = child(3);
  CHECK(KEEPS_ERRNO(waitpid(Pid, &Status, 0)) == Pid);
  CHECK(WIFEXITED(Status) && WEXITSTATUS(Status) == 3);
  CHECK_ERRNO(waitpid(Pid, &Status, 0), ECHILD);
  CHECK_ERRNO(waitpid(Pid, &Status, 0x40), EINVAL);
  struct rusage Usage;
  Pid = child(4);
  CHECK(KEEPS_ERRNO(wait4(Pid, &Status, 0, &Usage)) == Pid);
  CHECK(WEXITSTATUS(Status) == 4 && Usage.ru_maxrss > 0);
  siginfo_t Info;
  Pid = child(5);
  CHECK(KEEPS_ERRNO(waitid(P_PID, (id_t)Pid, &Info, WEXITED | WNOWAIT)) == 0);
  CHECK(Info.si_pid == Pid && Info.si_status == 5 &&
        Info.si_code == CLD_EXITED);
  CHECK(waitid(P_PID, (id_t)Pid, &Info, WEXITED) == 0);
  CHECK_ERRNO(waitid(P_PID, (id_t)Pid, &Info, WEXITED), ECHILD);
}

/// Where no other thread has children.
static void any(void) {
  int Status = -1;
  CHECK_ERRNO(wait(&Status), ECHILD);
  CHECK_ERRNO(wait3(&Status, 0, NULL), ECHILD);
  pid_t Pid = child(6);
  CHECK(wait(&Status) == Pid && WEXITSTATUS(Status) == 6);
  Pid = child(7);
  CHECK(wait3(&Status, 0, NULL) == Pid && WEXITSTATUS(Status) == 7);
  int P[2];
  CHECK(pipe(P) == 0);
  Pid = fork();
  if (Pid == 0) {
    char C;
    close(P[1]);
    _exit(read(P[0], &C, 1) == 0 ? 0 : 1);
  }
  CHECK(waitpid(-1, &Status, WNOHANG) == 0);
  CHECK(wait3(&Status, WNOHANG, NULL) == 0);
  CHECK(kill(Pid, SIGSTOP) == 0);
  CHECK(waitpid(-1, &Status, WUNTRACED) == Pid && WIFSTOPPED(Status));
  CHECK(kill(Pid, SIGCONT) == 0);
  CHECK(waitpid(0, &Status, WCONTINUED) == Pid && WIFCONTINUED(Status));
  close(P[1]);
  CHECK(waitpid(-getpgrp(), &Status, 0) == Pid && Status == 0);
  close(P[0]);
}

static int Ends[2];

static void *waitsFor(void *Arg) {
  int Status = -1;
  pid_t Pid = *(pid_t *)Arg;
  CHECK(waitpid(Pid, &Status, 0) == Pid && WEXITSTATUS(Status) == 9);
  return NULL;
}

/// More threads wait than there are workers; the children end only when another
/// thread says so.
static void many(void) {
  enum { Count = 12 };
  pid_t Pids[Count];
  pthread_t T[Count];
  CHECK(pipe(Ends) == 0);
  for (int I = 0; I < Count; ++I) {
    Pids[I] = fork();
    if (Pids[I] == 0) {
      char C;
      close(Ends[1]);
      CHECK(read(Ends[0], &C, 1) == 0);
      _exit(9);
    }
    T[I] = start(waitsFor, &Pids[I]);
  }
  sched_yield();
  CHECK(close(Ends[1]) == 0);
  for (int I = 0; I < Count; ++I)
    join(T[I]);
  CHECK(close(Ends[0]) == 0);
}

static void commands(void) {
  char Line[64];
  FILE *F = popen("echo out; exit 5", "r");
  CHECK(F && fgets(Line, sizeof(Line), F) && !strcmp(Line, "out\n"));
  int Status = pclose(F);
  CHECK(WIFEXITED(Status) && WEXITSTATUS(Status) == 5);
}

// -- exec -------------------------------------------------------------------

typedef void Exec(void);
static const char Script[] =
    "test \"$1\" = one && test \"$2\" = 'two words' && test $# = 2";
static const char WithVar[] = "test \"$VAR\" = value && test \"$1\" = one";
static char *const NewEnv[] = {(char *)"VAR=value", NULL};

static void byL(void) {
  execl("/bin/sh", "sh", "-c", Script, "sh", "one", "two words", NULL);
}
static void byLp(void) {
  execlp("sh", "sh", "-c", Script, "sh", "one", "two words", NULL);
}
static void byLe(void) {
  execle("/bin/sh", "sh", "-c", WithVar, "sh", "one", NULL, NewEnv);
}
static void byVpe(void) {
  char *const Args[] = {(char *)"sh", (char *)"-c",  (char *)WithVar,
                        (char *)"sh", (char *)"one", NULL};
  execvpe("sh", Args, NewEnv);
}
static void byFd(void) {
  char *const Args[] = {(char *)"sh", (char *)"-c",  (char *)WithVar,
                        (char *)"sh", (char *)"one", NULL};
  fexecve(open("/bin/sh", O_RDONLY | O_CLOEXEC), Args, NewEnv);
}
static void byAt(void) {
  char *const Args[] = {(char *)"sh", (char *)"-c",  (char *)WithVar,
                        (char *)"sh", (char *)"one", NULL};
  execveat(AT_FDCWD, "/bin/sh", Args, NewEnv, 0);
}
/// The new program has this thread's mask: SIGUSR1 alone is blocked.
static void byMask(void) {
  execl("/bin/grep", "grep", "-q", "^SigBlk:.0000000000000200",
        "/proc/self/status", NULL);
}

static void execs(void) {
  sigset_t Usr1, Before;
  sigemptyset(&Usr1);
  sigaddset(&Usr1, SIGUSR1);
  CHECK(pthread_sigmask(SIG_SETMASK, &Usr1, &Before) == 0);
  Exec *Calls[] = {byL, byLp, byLe, byVpe, byFd, byAt, byMask};
  for (int I = 0; I < 7; ++I) {
    int Status = -1;
    pid_t Pid = fork();
    if (Pid == 0) {
      Calls[I]();
      _exit(100 + I);
    }
    CHECK(waitpid(Pid, &Status, 0) == Pid);
    if (Status)
      fprintf(stderr, "exec %d: status %x\n", I, (unsigned)Status);
    CHECK(Status == 0);
  }
  CHECK_ERRNO(execl("/nonexistent", "x", NULL), ENOENT);
  CHECK_ERRNO(execlp("nonexistent-program", "x", NULL), ENOENT);
  CHECK_ERRNO(execle("/nonexistent", "x", NULL, NewEnv), ENOENT);
  sigset_t Now; // It is still this thread's after a failure.
  CHECK(pthread_sigmask(SIG_SETMASK, &Before, &Now) == 0);
  CHECK(sigismember(&Now, SIGUSR1) && !sigismember(&Now, SIGUSR2));
}

int main(void) {
  everywhere(one);
  any();
  inThread(any);
  many();
  everywhere(commands);
  everywhere(execs);
  return 0;
}
