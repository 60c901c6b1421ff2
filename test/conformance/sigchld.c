// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: SIGCHLD is handled once or more for ended children, a read goes on or
// fails as SA_RESTART says, and waitpid gives each status.
#include "check.h"

static int Handled;
static int P[2];

static void onChild(int Signal, siginfo_t *Info, void *Context) {
  (void)Context;
  CHECK(Signal == SIGCHLD && Info->si_code == CLD_EXITED);
  __atomic_fetch_add(&Handled, 1, __ATOMIC_SEQ_CST);
}

static int handled(void) { return __atomic_load_n(&Handled, __ATOMIC_SEQ_CST); }

static pid_t child(int Status, int DelayMs) {
  pid_t Pid = fork();
  CHECK(Pid >= 0);
  if (Pid == 0) {
    sleepMs(DelayMs);
    _exit(Status);
  }
  return Pid;
}

static void children(void) {
  pid_t Pids[8];
  int Before = handled();
  for (int I = 0; I < 8; ++I)
    Pids[I] = child(I + 10, I % 3 * 5);
  for (int I = 7; I >= 0; --I) {
    int Status = -1;
    pid_t R;
    while ((R = waitpid(Pids[I], &Status, 0)) == -1 && errno == EINTR)
      ;
    CHECK(R == Pids[I] && WIFEXITED(Status) && WEXITSTATUS(Status) == I + 10);
  }
  CHECK_ERRNO(waitpid(Pids[0], NULL, 0), ECHILD);
  while (handled() == Before)
    sched_yield();
}

static void *writeLater(void *Arg) {
  int Before = *(int *)Arg;
  while (handled() == Before)
    sleepMs(1);
  CHECK(write(P[1], "x", 1) == 1);
  return NULL;
}

/// The signal comes while main reads.
static void restarts(void) {
  char C;
  int Before = handled();
  pthread_t T = start(writeLater, &Before);
  pid_t Pid = child(0, 20);
  CHECK(read(P[0], &C, 1) == 1);
  CHECK(handled() > Before);
  join(T);
  CHECK(waitpid(Pid, NULL, 0) == Pid);
}

int main(void) {
  struct sigaction Action;
  memset(&Action, 0, sizeof(Action));
  Action.sa_sigaction = onChild;
  Action.sa_flags = SA_SIGINFO | SA_RESTART | SA_NOCLDSTOP;
  CHECK(sigaction(SIGCHLD, &Action, NULL) == 0 && pipe(P) == 0);
  children();
  inThread(children);
  restarts();
  inThread(restarts);
  children();

  // Ignored: no zombies, and waitpid waits for all and finds none.
  CHECK(signal(SIGCHLD, SIG_IGN) != SIG_ERR);
  pid_t Pid = child(1, 5);
  CHECK_ERRNO(waitpid(Pid, NULL, 0), ECHILD);
  return 0;
}
