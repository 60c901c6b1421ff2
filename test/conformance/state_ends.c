// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: what a thread changed of its own in the kernel is gone when it has
// been joined: setgroups, which libc does on all OS threads, does not find one
// left without the right to it, and abort.
#include "check.h"
#include <grp.h>
#include <sys/syscall.h>

static void *ends(void *Arg) { return Arg; }

/// Gives up all capabilities, as does a thread that it creates.
static void *drops(void *Arg) {
  unsigned Header[2] = {0x20080522, 0}, Data[6] = {0};
  CHECK(syscall(SYS_capget, Header, Data) == 0);
  Data[0] = Data[3] = 0;
  CHECK(syscall(SYS_capset, Header, Data) == 0);
  sched_yield();
  join(start(ends, NULL));
  return Arg;
}

static void all(void) {
  gid_t Groups[64];
  int N = getgroups(64, Groups);
  int MaySet = setgroups((size_t)N, Groups) == 0;
  for (int I = 0; I < 200; ++I) {
    join(start(drops, NULL));
    if (MaySet)
      CHECK(setgroups((size_t)N, Groups) == 0);
    else
      CHECK_ERRNO(setgroups((size_t)N, Groups), EPERM);
  }
}

int main(void) {
  all();
  inThread(all);
  return 0;
}
