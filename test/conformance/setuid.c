// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: setgid, setuid and their kin (setgroups, setegid, setresuid, ...) are
// for the whole process, whichever thread calls them: those that run, wait,
// block in the kernel or have an OS thread to themselves, and new ones, have
// the new IDs.
#include "check.h"
#include <grp.h>
#include <sys/fsuid.h>

enum { Waiting = 8 };
static int Pipe[2];
static Gate Waits, Go, Seen;

static void seesNew(void) {
  gid_t Groups[4] = {0};
  CHECK(geteuid() == 12345 && getegid() == 12346);
  CHECK(getgroups(4, Groups) == 1 && Groups[0] == 12347);
}

static void *parked(void *Arg) {
  char C;
  post(&Waits);
  CHECK(read(Pipe[0], &C, 1) == 1);
  seesNew();
  return Arg;
}
static void *blocked(void *Arg) { // In the kernel, all signals blocked.
  sigset_t All;
  int Signal;
  sigfillset(&All);
  CHECK(pthread_sigmask(SIG_BLOCK, &All, NULL) == 0);
  sigemptyset(&All);
  sigaddset(&All, SIGUSR1);
  post(&Waits);
  CHECK(sigwait(&All, &Signal) == 0);
  seesNew();
  return Arg;
}
static void *exclusive(void *Arg) {
  int User = setfsuid((uid_t)-1);
  CHECK(User == 0);
  post(&Waits);
  await(&Go, 1);
  seesNew();
  return Arg;
}
static void *running(void *Arg) {
  post(&Waits);
  while (geteuid() == 0)
    sched_yield();
  await(&Go, 1);
  seesNew();
  return Arg;
}

static void change(void) {
  gid_t Group = 12347;
  CHECK(setgroups(1, &Group) == 0);
  CHECK(setgid(0) == 0 && setregid((gid_t)-1, 12346) == 0);
  CHECK(setegid(0) == 0 && setresgid((gid_t)-1, 12346, (gid_t)-1) == 0);
  CHECK(setreuid((uid_t)-1, 0) == 0 && setuid(0) == 0 && seteuid(0) == 0);
  CHECK(setresuid((uid_t)-1, 12345, (uid_t)-1) == 0);
  CHECK_ERRNO(setuid(77), EPERM);
}

static void changeBack(void) {
  CHECK(seteuid(0) == 0 && setegid(0) == 0 && setgroups(0, NULL) == 0);
}

static void all(void) {
  pthread_t T[Waiting];
  ThreadFn *Fns[] = {parked, blocked, exclusive, running};
  Waits = Go = Seen = (Gate)GATE_INIT;
  CHECK(pipe(Pipe) == 0);
  for (int I = 0; I < Waiting; ++I)
    T[I] = start(Fns[I % 4], NULL);
  await(&Waits, Waiting);
  inThread(change);
  seesNew();
  post(&Go);
  CHECK(write(Pipe[1], "xx", 2) == 2);
  pthread_kill(T[1], SIGUSR1);
  pthread_kill(T[5], SIGUSR1);
  for (int I = 0; I < Waiting; ++I)
    join(T[I]);
  inThreads(4, seesNew);
  changeBack();
  CHECK(close(Pipe[0]) == 0 && close(Pipe[1]) == 0);
}

int main(void) {
  if (geteuid() != 0) { // Nothing to be seen.
    CHECK_ERRNO(setuid(0), EPERM);
    return 0;
  }
  changeBack();
  all();
  inThread(all);
  all();
  return 0;
}
