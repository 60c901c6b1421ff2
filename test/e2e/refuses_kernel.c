// REQUIRES: rewritten
// RUN: %plain_clang %S/Inputs/kernel.c -o %t.kernel
// RUN: %open_co_clang %s -o %t.oc
// RUN: %run %t.kernel epoll_create1=ENOSYS %t.oc 1
// RUN: %run %t.kernel epoll_create1=ENOSYS %t.oc 2> %t.1; test $? -eq 1
// RUN: %run %t.kernel eventfd2=EPERM %t.oc 2> %t.2; test $? -eq 1
// RUN: %run %t.kernel epoll_ctl=EPERM %t.oc 2> %t.3; test $? -eq 1
// RUN: %run %t.kernel epoll_pwait2=ENOSYS epoll_wait=ENOSYS %t.oc 2> %t.4; test $? -eq 1
// RUN: echo "open-co: the kernel refuses epoll or eventfd (Function not implemented), so threads cannot wait; the sandbox (seccomp) must allow epoll_create1, epoll_ctl, epoll_wait and eventfd2" > %t.ENOSYS
// RUN: sed 's/Function not implemented/Operation not permitted/' %t.ENOSYS > %t.EPERM
// RUN: diff %t.ENOSYS %t.1 && diff %t.EPERM %t.2 && diff %t.EPERM %t.3 && diff %t.ENOSYS %t.4
// RUN: %run %t.kernel shadow-stack=on %t.oc 1
// RUN: %run %t.kernel shadow-stack=on %t.oc 2> %t.5; test $? -eq 1
// RUN: echo "open-co: this process has a shadow stack (CET), with which coroutines cannot run; set GLIBC_TUNABLES=glibc.cpu.x86_shstk=off or compile with -fcf-protection=none" | diff - %t.5
// Intent: a kernel on which coroutines cannot run ends the program with one
// line when it creates its first thread; without threads it runs.
#include "check.h"

static void *nothing(void *Arg) { return Arg; }

int main(int Argc, char **Argv) {
  (void)Argv;
  if (Argc == 1) {
    join(start(nothing, NULL));
    fputs("main goes on\n", stderr);
  }
  return 0;
}
