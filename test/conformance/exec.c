// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: execv, execve and execvp (and execl, execlp, execle) replace the
// program from main and from a thread, with the caller's signal mask, and say
// why they cannot.
#include "check.h"

extern char **environ;
static char Self[256];

static void sh(const char *Script, int Which) {
  char *Args[] = {"sh", "-c", (char *)Script, NULL};
  char *Env[] = {"COLOUR=green", NULL};
  switch (Which) {
  case 0:
    execv("/bin/sh", Args);
    break;
  case 1:
    execve("/bin/sh", Args, Env);
    break;
  case 2:
    execvp("sh", Args);
    break;
  case 3:
    execl("/bin/sh", "sh", "-c", Script, NULL);
    break;
  case 4:
    execlp("sh", "sh", "-c", Script, NULL);
    break;
  case 5:
    execle("/bin/sh", "sh", "-c", Script, NULL, Env);
    break;
  }
  _exit(126);
}

static int Which;
static void execs(void) {
  sh(Which == 1 || Which == 5 ? "test \"$COLOUR\" = green && exit 21"
                              : "exit 21",
     Which);
}
static void *neverEnds(void *Arg) {
  sleep(1000);
  return Arg;
}
static void execsInThread(void) {
  start(neverEnds, NULL);
  inThread(execs);
}

/// The new program's mask is the mask of the thread that called exec.
static void masked(void) {
  sigset_t Set;
  sigemptyset(&Set);
  sigaddset(&Set, SIGUSR2);
  CHECK(pthread_sigmask(SIG_SETMASK, &Set, NULL) == 0);
  char *Args[] = {Self, "mask", NULL};
  execv(Self, Args);
  _exit(126);
}
static void maskedInThread(void) { inThread(masked); }

static void errors(void) {
  char *Args[] = {"x", NULL};
  CHECK_ERRNO(execv("/not/there", Args), ENOENT);
  CHECK_ERRNO(execve("/etc/passwd", Args, environ), EACCES);
  CHECK_ERRNO(execvp("open-co-not-there", Args), ENOENT);
  CHECK_ERRNO(execve((char *)8, Args, environ), EFAULT);
}

static void all(void) {
  for (int Threaded = 0; Threaded < 2; ++Threaded) {
    for (int I = 0; I < 6; ++I) {
      Which = I;
      int Status = inChild(Threaded ? execsInThread : execs);
      CHECK(WIFEXITED(Status) && WEXITSTATUS(Status) == 21);
    }
    int Status = inChild(Threaded ? maskedInThread : masked);
    CHECK(WIFEXITED(Status) && WEXITSTATUS(Status) == 22);
  }
}

int main(int Argc, char **Argv) {
  (void)Argv;
  ssize_t N = readlink("/proc/self/exe", Self, sizeof(Self) - 1);
  CHECK(N > 0);
  if (Argc == 2) { // As the new program: only SIGUSR2 is blocked.
    sigset_t Now;
    CHECK(sigprocmask(SIG_BLOCK, NULL, &Now) == 0);
    for (int S = 1; S < NSIG; ++S)
      if (sigismember(&Now, S) != (S == SIGUSR2))
        return 100 + S % 100;
    return 22;
  }
  all();
  everywhere(errors);
  inThread(all);
  return 0;
}
