// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: prctl's name is the thread's, and the same as pthread_getname_np's;
// what prctl says of the process is the process's. ptrace: a thread that traces
// a child stays the tracer wherever it waits.
#include "check.h"
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>

static void *named(void *Arg) {
  char Long[32], Name[16], Same[16];
  snprintf(Long, sizeof(Long), "thread-%d-with-more", (int)(long)Arg);
  CHECK(KEEPS_ERRNO(prctl(PR_SET_NAME, Long)) == 0);
  for (int I = 0; I < 50; ++I) {
    if (I % 10)
      sched_yield();
    else
      usleep(200);
    memset(Name, 'x', sizeof(Name));
    CHECK(KEEPS_ERRNO(prctl(PR_GET_NAME, Name)) == 0);
    CHECK(strlen(Name) == 15 && strncmp(Name, Long, 15) == 0);
    CHECK(pthread_getname_np(pthread_self(), Same, sizeof(Same)) == 0);
    CHECK(strcmp(Name, Same) == 0);
  }
  CHECK(syscall(SYS_prctl, PR_SET_NAME, "short", 0, 0, 0) == 0);
  CHECK(prctl(PR_GET_NAME, Name) == 0 && strcmp(Name, "short") == 0);
  CHECK(pthread_setname_np(pthread_self(), "other") == 0);
  CHECK(prctl(PR_GET_NAME, Name) == 0 && strcmp(Name, "other") == 0);
  CHECK_ERRNO(prctl(PR_SET_NAME, (char *)1), EFAULT);
  CHECK_ERRNO(prctl(PR_GET_NAME, (char *)1), EFAULT);
  return NULL;
}

static void names(void) {
  char Before[16], After[16];
  CHECK(prctl(PR_GET_NAME, Before) == 0);
  pthread_t T[12];
  for (long I = 0; I < 12; ++I)
    T[I] = start(named, (void *)I);
  for (int I = 0; I < 12; ++I)
    join(T[I]);
  CHECK(prctl(PR_GET_NAME, After) == 0 && strcmp(Before, After) == 0);
}

static void ofTheProcess(void) {
  CHECK_ERRNO(prctl(-1, 0, 0, 0, 0), EINVAL);
  int Dumpable = prctl(PR_GET_DUMPABLE, 0, 0, 0, 0);
  CHECK(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0);
  CHECK(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0);
  CHECK(prctl(PR_SET_DUMPABLE, Dumpable, 0, 0, 0) == 0);
  int Reaper = -1;
  CHECK(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0);
  inThread(names); // Sees it, too.
  CHECK(prctl(PR_GET_CHILD_SUBREAPER, &Reaper, 0, 0, 0) == 0 && Reaper == 1);
  CHECK(prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0) == 0);
}

static void attaching(void) {
  int Status;
  pid_t Child = fork();
  CHECK(Child >= 0);
  if (Child == 0)
    for (;;)
      pause();
  CHECK(ptrace(PTRACE_SEIZE, Child, NULL, NULL) == 0);
  for (int I = 0; I < 5; ++I) {
    usleep(200);
    CHECK(ptrace(PTRACE_INTERRUPT, Child, NULL, NULL) == 0);
    CHECK(waitpid(Child, &Status, 0) == Child && WIFSTOPPED(Status));
    sched_yield();
    struct user_regs_struct Regs;
    CHECK(ptrace(PTRACE_GETREGS, Child, NULL, &Regs) == 0);
    CHECK(ptrace(PTRACE_CONT, Child, NULL, NULL) == 0);
  }
  CHECK(kill(Child, SIGKILL) == 0);
  CHECK(waitpid(Child, &Status, 0) == Child && WTERMSIG(Status) == SIGKILL);
}

int main(void) {
  names();
  inThread(names);
  ofTheProcess();
  inThread(ofTheProcess);
  attaching();
  inThread(attaching);
  inThreads(4, attaching);
  return 0;
}
