// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: what is asked of a thread that has ended and was not joined yet; a
// destructor of a key in which a thread that has returned is cancelled; one of
// libc's own list for thread_local objects.
#include "check.h"

static pthread_key_t First, Second;
static Gate Entered = GATE_INIT;
static int Ran[3];

static void *returns(void *Arg) { return Arg; }

/// Natively the kernel forgets it a moment after libc does.
static pthread_t ended(void) {
  char Name[16];
  pthread_t T = start(returns, NULL);
  while (pthread_getname_np(T, Name, sizeof Name) != ENOENT)
    sched_yield();
  CHECK(errno == ENOENT);
  return T;
}

static void askEnded(void) {
  char Name[16];
  int Policy;
  struct sched_param Param = {0};
  union sigval Value = {0};
  pthread_t T = ended();
  errno = 0;
  CHECK(pthread_setname_np(T, "x") == ENOENT && errno == ENOENT);
  CHECK(pthread_getname_np(T, Name, 3) == ERANGE);
  CHECK(pthread_setname_np(T, "longer than there is room") == ERANGE);
  CHECK(pthread_getschedparam(T, &Policy, &Param) == ESRCH);
  CHECK(pthread_setschedparam(T, SCHED_OTHER, &Param) == ESRCH);
  CHECK(pthread_setschedprio(T, 0) == ESRCH);
  CHECK(pthread_sigqueue(T, SIGUSR1, Value) == ESRCH);
  CHECK(pthread_sigqueue(T, 99, Value) == ESRCH);
  CHECK(pthread_kill(T, 0) == 0 && pthread_kill(T, SIGUSR1) == 0);
  CHECK(pthread_kill(T, 99) == 0);
  CHECK(pthread_cancel(T) == 0);
  CHECK(pthread_clockjoin_np(T, NULL, CLOCK_BOOTTIME, NULL) == EINVAL);
  CHECK(join(T) == NULL);
}

static void waits(void *Arg) {
  (void)Arg;
  ++Ran[0];
  post(&Entered);
  for (;;)
    pause();
}
static void runs(void *Arg) { ++Ran[(long)Arg]; }

static void *setsKeys(void *Arg) {
  CHECK(pthread_setspecific(First, (void *)1) == 0);
  CHECK(pthread_setspecific(Second, (void *)2) == 0);
  return Arg;
}

static void cancelInDestructor(void) {
  memset(Ran, 0, sizeof Ran);
  Entered.Count = 0;
  pthread_t T = start(setsKeys, &Ran);
  await(&Entered, 1);
  CHECK(pthread_cancel(T) == 0);
  CHECK(join(T) == PTHREAD_CANCELED);
  CHECK(Ran[0] == 1 && Ran[2] == 0); // The others of the round are left out.
}

extern int __cxa_thread_atexit_impl(void (*)(void *), void *, void *);
extern void *__dso_handle;

static void *registers(void *Arg) {
  CHECK(__cxa_thread_atexit_impl(runs, Arg, &__dso_handle) == 0);
  CHECK(Ran[1] == 0);
  return Arg;
}

static void libcsList(void) {
  memset(Ran, 0, sizeof Ran);
  join(start(registers, (void *)1));
  CHECK(Ran[1] == 1);
}

int main(void) {
  signal(SIGUSR1, SIG_IGN);
  CHECK(pthread_key_create(&First, waits) == 0);
  CHECK(pthread_key_create(&Second, runs) == 0);
  for (int I = 0; I < 2; ++I) {
    void (*const Calls[])(void) = {askEnded, cancelInDestructor, libcsList};
    for (int C = 0; C < 3; ++C)
      if (I)
        inThread(Calls[C]);
      else
        Calls[C]();
  }
  return 0;
}
