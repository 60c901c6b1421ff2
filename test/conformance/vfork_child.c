// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: vfork's child may lock and unlock; its signal mask and its handlers
// are its own, and the program that it execs gets that mask.
#include "check.h"

extern char **environ;
static char Self[256];
static volatile int Handled;

static void count(int Signal) {
  (void)Signal;
  ++Handled;
}

static int exitStatus(pid_t Pid) {
  int Status = -1;
  pid_t R;
  while ((R = waitpid(Pid, &Status, 0)) == -1 && errno == EINTR)
    ;
  CHECK(R == Pid && WIFEXITED(Status));
  return WEXITSTATUS(Status);
}

static void locks(void) {
  pthread_mutex_t Lock = PTHREAD_MUTEX_INITIALIZER;
  pthread_mutex_t Recursive = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
  pid_t Pid = vfork();
  CHECK(Pid >= 0);
  if (Pid == 0) {
    int Bad =
        pthread_mutex_lock(&Lock) || pthread_mutex_unlock(&Lock) ||
        pthread_mutex_lock(&Recursive) || pthread_mutex_lock(&Recursive) ||
        pthread_mutex_unlock(&Recursive) || pthread_mutex_unlock(&Recursive) ||
        pthread_mutex_trylock(&Lock) || pthread_mutex_unlock(&Lock);
    _exit(Bad ? 1 : 5);
  }
  CHECK(exitStatus(Pid) == 5);
  CHECK(pthread_mutex_trylock(&Lock) == 0 && pthread_mutex_unlock(&Lock) == 0);
}

/// Bits: SIGUSR1, SIGUSR2, SIGTERM, SIGINT are blocked.
static int blockedBits(void) {
  int Signals[] = {SIGUSR1, SIGUSR2, SIGTERM, SIGINT}, Bits = 0;
  sigset_t Now;
  CHECK(sigprocmask(SIG_SETMASK, NULL, &Now) == 0);
  for (int I = 0; I < 4; ++I)
    Bits |= sigismember(&Now, Signals[I]) << I;
  return Bits;
}

static void masks(void) {
  static char *Args[] = {Self, "mask", NULL};
  sigset_t Set, Old;
  CHECK(blockedBits() == 0);
  pid_t Pid = vfork();
  CHECK(Pid >= 0);
  if (Pid == 0) {
    execv(Self, Args);
    _exit(126);
  }
  CHECK(exitStatus(Pid) == 32);

  // What the thread blocks, the child blocks.
  sigemptyset(&Set);
  sigaddset(&Set, SIGUSR2);
  CHECK(pthread_sigmask(SIG_BLOCK, &Set, &Old) == 0);
  Pid = vfork();
  CHECK(Pid >= 0);
  if (Pid == 0) {
    execve(Self, Args, environ);
    _exit(126);
  }
  CHECK(exitStatus(Pid) == 32 + 2);

  // What the child blocks and unblocks is its own business.
  Pid = vfork();
  CHECK(Pid >= 0);
  if (Pid == 0) {
    sigset_t Own;
    sigemptyset(&Own);
    sigaddset(&Own, SIGUSR1);
    sigaddset(&Own, SIGINT);
    sigprocmask(SIG_SETMASK, &Own, NULL);
    execv(Self, Args);
    _exit(126);
  }
  CHECK(exitStatus(Pid) == 32 + 1 + 8);
  CHECK(blockedBits() == 2);
  CHECK(pthread_sigmask(SIG_SETMASK, &Old, NULL) == 0);
  CHECK(blockedBits() == 0);
}

/// As those who start programs do: defaults in the child.
static void handlers(void) {
  static char *Args[] = {Self, "die", NULL};
  struct sigaction Now;
  CHECK(signal(SIGUSR1, SIG_IGN) == count);
  pid_t Pid = vfork();
  CHECK(Pid >= 0);
  if (Pid == 0) {
    signal(SIGUSR1, SIG_DFL);
    execv(Self, Args);
    _exit(126);
  }
  int Status = -1;
  CHECK(waitpid(Pid, &Status, 0) == Pid);
  CHECK(WIFSIGNALED(Status) && WTERMSIG(Status) == SIGUSR1);
  CHECK(signal(SIGUSR1, count) == SIG_IGN); // The child's was its own.

  Pid = vfork();
  CHECK(Pid >= 0);
  if (Pid == 0) {
    signal(SIGUSR1, SIG_IGN);
    execv(Self, Args);
    _exit(126);
  }
  CHECK(exitStatus(Pid) == 33);
  CHECK(sigaction(SIGUSR1, NULL, &Now) == 0 && Now.sa_handler == count);
  int Before = Handled;
  CHECK(raise(SIGUSR1) == 0 && Handled == Before + 1);
}

static void vforks(void) {
  locks();
  masks();
  handlers();
}

int main(int ArgC, char **ArgV) {
  if (ArgC > 1 && strcmp(ArgV[1], "mask") == 0)
    return 32 + blockedBits();
  if (ArgC > 1) {
    raise(SIGUSR1);
    return 33;
  }
  CHECK(readlink("/proc/self/exe", Self, sizeof(Self) - 1) > 0);
  CHECK(signal(SIGUSR1, count) == SIG_DFL);
  vforks();
  inThread(vforks);
  for (int I = 0; I < 5; ++I) {
    inThreads(4, locks);
    inThreads(4, masks);
  }
  vforks();
  return 0;
}
