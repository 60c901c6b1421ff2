// processes.c - operations that make processes and wait for them.
#include "../stream.h"

#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <wordexp.h>

extern char **environ;

static void sayStatus(Run *R, int Status) {
  if (WIFEXITED(Status))
    say(R, " exit=%d", WEXITSTATUS(Status));
  else
    say(R, " signal=%d", WTERMSIG(Status));
}

/// Waits for one child, in one of the ways.
static void reap(Run *R, pid_t Pid, long Way) {
  int Status = -1;
  struct rusage Used;
  siginfo_t Info = {0};
  pid_t Got = -1;
  switch (Way) {
  case 0:
    Got = CALL(waitpid, Pid, &Status, 0);
    break;
  case 1:
    Got = CALL(wait4, Pid, &Status, 0, &Used);
    break;
  case 2:
    Got = CALL(waitid, P_PID, (id_t)Pid, &Info, WEXITED) == 0 ? Pid : -1;
    say(R, " code=%d status=%d", Info.si_code, Info.si_status);
    break;
  case 3:
    Got = CALL(syscall, SYS_wait4, Pid, &Status, 0, NULL);
    break;
  case 4: // Any child: only where there are no others.
    Got = alone() ? CALL(wait, &Status) : CALL(waitpid, Pid, &Status, 0);
    break;
  case 5:
    Got = alone() ? CALL(wait3, &Status, 0, &Used)
                  : CALL(waitpid, Pid, &Status, 0);
    break;
  }
  int Error = errno;
  say(R, " %s", Got == Pid ? "reaped" : errorName(Error));
  if (Got == Pid && Error != Sentinel)
    say(R, " touched-errno=%s", errorName(Error));
  if (Way != 2)
    sayStatus(R, Status);
}

/// The child makes a few calls and tells how they went by its status.
static int inChild(int Fd) {
  int P[2], Ok = 0;
  char C = 0;
  if (CALL(pipe, P) != 0)
    return 1;
  Ok += CALL(write, P[1], "x", 1) == 1;
  Ok += CALL(read, P[0], &C, 1) == 1 && C == 'x';
  struct pollfd Poll = {P[0], POLLIN, 0};
  Ok += CALL(poll, &Poll, 1, 1) == 0;
  Ok += CALL(close, P[1]) == 0;
  Ok += CALL(read, P[0], &C, 1) == 0;
  if (Fd >= 0)
    Ok += CALL(write, Fd, "child", 5) == 5;
  return 10 + Ok;
}

/// Writes into a slot's descriptor, if it is a pipe with room.
OP(fork, "fd via6") {
  int Fd = fdIn(R, A[0]);
  if (kindIn(R, A[0]) != KindPipe || blocksWriting(R, Fd, KindPipe, 5))
    Fd = -1;
  pid_t Pid = CALL_AS("fork", fork());
  if (Pid == 0)
    _exit(inChild(Fd));
  reap(R, Pid, A[1]);
}

OP(fork_bare, "via3") {
  pid_t Pid = A[0] == 0   ? CALL_AS("_Fork", _Fork())
              : A[0] == 1 ? (pid_t)CALL(syscall, SYS_fork)
                          : (pid_t)CALL(syscall, SYS_clone, SIGCHLD, NULL, NULL,
                                        NULL, NULL);
  if (Pid == 0)
    _exit(inChild(-1));
  reap(R, Pid, 0);
}

/// The child sets O_NONBLOCK on a description that both have.
OP(fork_nonblock, "fd on") {
  int Fd = fdIn(R, A[0]);
  if (Fd < 0)
    return;
  pid_t Pid = CALL_AS("fork", fork());
  if (Pid == 0) {
    int Old = CALL(fcntl, Fd, F_GETFL);
    int New = A[1] ? Old | O_NONBLOCK : Old & ~O_NONBLOCK;
    _exit(CALL(fcntl, Fd, F_SETFL, New) == 0 ? 7 : 8);
  }
  reap(R, Pid, 0);
}

static void *returnsArg(void *Arg) { return Arg; }

/// A child with threads of its own, that ends by exit.
OP(fork_threads, "") {
  pid_t Pid = CALL_AS("fork", fork());
  if (Pid == 0) {
    pthread_t T;
    void *Value = NULL;
    if (CALL(pthread_create, &T, NULL, returnsArg, (void *)21) != 0 ||
        CALL(pthread_join, T, &Value) != 0)
      _exit(1);
    emptyStreams(R);
    exit((int)(long)Value);
  }
  COUNT("exit");
  reap(R, Pid, 0);
}

OP(wait_badly, "via2") {
  int Status;
  siginfo_t Info;
  RESULT(waitpid, 0x7ffffff0, &Status, 0);
  RESULT(waitid, P_PID, 0x7ffffff0, &Info, WEXITED | WNOHANG);
  if (A[0])
    RESULT(waitid, 99, 0, &Info, WEXITED);
}

/// Here, since a child's counters are its own.
static void countExec(long Way) {
  switch (Way) {
  case 0:
    COUNT("execl");
    break;
  case 1:
    COUNT("execle");
    break;
  case 2:
    COUNT("execlp");
    break;
  case 3:
    COUNT("execv");
    break;
  case 4:
    COUNT("execve");
    break;
  case 5:
    COUNT("execvp");
    break;
  case 6:
    COUNT("execvpe");
    break;
  case 7:
    COUNT("fexecve");
    break;
  case 8:
    COUNT("execveat");
    break;
  }
}

/// Becomes another program in a child of fork or vfork.
OP(exec, "via10 via2") {
  char *Args[] = {"sh", "-c", "exit 17", NULL};
  char *Env[] = {"PATH=/usr/bin:/bin", NULL};
  int Fd = open("/bin/sh", O_RDONLY | O_CLOEXEC);
  countExec(A[0]);
  pid_t Pid = A[1] ? CALL_AS("vfork", vfork()) : CALL_AS("fork", fork());
  if (Pid == 0) {
    switch (A[0]) {
    case 0:
      execl("/bin/sh", "sh", "-c", "exit 17", NULL);
      break;
    case 1:
      execle("/bin/sh", "sh", "-c", "exit 17", NULL, Env);
      break;
    case 2:
      execlp("sh", "sh", "-c", "exit 17", NULL);
      break;
    case 3:
      execv("/bin/sh", Args);
      break;
    case 4:
      execve("/bin/sh", Args, Env);
      break;
    case 5:
      execvp("sh", Args);
      break;
    case 6:
      execvpe("sh", Args, Env);
      break;
    case 7:
      fexecve(Fd, Args, Env);
      break;
    case 8:
      execveat(AT_FDCWD, "/bin/sh", Args, Env, 0);
      break;
    case 9:
      syscall(SYS_execve, "/no/such/program", Args, Env);
      break;
    }
    _exit(errno == ENOENT ? 18 : 19);
  }
  CALL(close, Fd);
  reap(R, Pid, 0);
}

OP(spawn, "via2 via6") {
  char *Args[] = {"sh", "-c", "exit 23", NULL};
  pid_t Pid = -1;
  if (A[0])
    STATUS(posix_spawnp, &Pid, "sh", NULL, NULL, Args, environ);
  else
    STATUS(posix_spawn, &Pid, "/bin/sh", NULL, NULL, Args, environ);
  reap(R, Pid, A[1]);
  errno = Sentinel;
  say(R, " %s",
      errorName(
          CALL(posix_spawn, &Pid, "/no/such", NULL, NULL, Args, environ)));
}

OP(system, "") {
  say(R, " %d", CALL(system, "exit 5"));
  say(R, " %d", CALL(system, NULL) != 0);
}

OP(wordexp, "") {
  wordexp_t Words = {0};
  RESULT(wordexp, "a $(echo two words) 'b c' $((2+3))", &Words, 0);
  for (size_t I = 0; I < Words.we_wordc; ++I)
    say(R, " '%s'", Words.we_wordv[I]);
  wordfree(&Words);
  RESULT(wordexp, "$(exit", &Words, 0);
  RESULT(wordexp, "$(echo)", &Words, WRDE_NOCMD);
  RESULT(wordexp, "a|b", &Words, 0);
}

OP(popen, "via2") {
  char Text[40] = "";
  FILE *F = A[0] ? CALL(popen, "cat >/dev/null; exit 4", "w")
                 : CALL(popen, "echo text; exit 3", "r");
  if (!F) {
    say(R, " %s", errorName(errno));
    return;
  }
  if (A[0])
    fputs("text", F);
  else if (fgets(Text, sizeof Text, F))
    say(R, " %s", strtok(Text, "\n"));
  say(R, " %d", CALL(pclose, F));
}
