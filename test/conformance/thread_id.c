// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: gettid names each living thread by a number of its own, which stays
// the same wherever the thread goes on, and which calls that take one know, for
// the thread itself and for others: signals, scheduling, timers.
#include "check.h"
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>

enum { Threads = 200 };
static pid_t Ids[Threads];
static Gate Started = GATE_INIT, Ends = GATE_INIT;

static void move(void) {
  for (int I = 0; I < 3; ++I)
    sched_yield();
  usleep(100);
}

static void *isNamed(void *Arg) {
  pid_t *Id = Arg;
  *Id = KEEPS_ERRNO(gettid());
  CHECK(*Id > 0 && *Id != getpid());
  for (int I = 0; I < 3; ++I) {
    move();
    CHECK(gettid() == *Id && syscall(SYS_gettid) == *Id);
  }
  post(&Started);
  await(&Ends, 1);
  CHECK(gettid() == *Id);
  return NULL;
}

static int byNumber(const void *A, const void *B) {
  return *(const pid_t *)A - *(const pid_t *)B;
}

static void areUnique(void) {
  pthread_t T[Threads];
  CHECK(gettid() == getpid());
  for (int I = 0; I < Threads; ++I)
    T[I] = start(isNamed, &Ids[I]);
  await(&Started, Threads);
  post(&Ends);
  for (int I = 0; I < Threads; ++I)
    join(T[I]);
  qsort(Ids, Threads, sizeof(*Ids), byNumber);
  for (int I = 1; I < Threads; ++I)
    CHECK(Ids[I] != Ids[I - 1]);
}

/// A lock whose owner is named by gettid.
static pid_t Owner;
static int Inside;
static void *locks(void *Arg) {
  (void)Arg;
  for (int I = 0; I < 50; ++I) {
    pid_t Me = gettid(), Free = 0;
    CHECK(__atomic_load_n(&Owner, __ATOMIC_SEQ_CST) != Me);
    while (!__atomic_compare_exchange_n(&Owner, &Free, Me, 0, __ATOMIC_SEQ_CST,
                                        __ATOMIC_SEQ_CST)) {
      Free = 0;
      sched_yield();
    }
    CHECK(Inside++ == 0);
    sched_yield();
    CHECK(Owner == gettid());
    --Inside;
    __atomic_store_n(&Owner, 0, __ATOMIC_SEQ_CST);
  }
  return NULL;
}

// -- Signals ----------------------------------------------------------------

static __thread int Got, Value;
static void handler(int Signal, siginfo_t *Info, void *Context) {
  (void)Context;
  Got = Signal;
  Value = Info->si_value.sival_int;
}

static Gate Waits = GATE_INIT;
static void *isSignalled(void *Arg) {
  sigset_t None, Usr1;
  sigemptyset(&None);
  sigemptyset(&Usr1);
  sigaddset(&Usr1, SIGUSR1);
  CHECK(pthread_sigmask(SIG_BLOCK, &Usr1, NULL) == 0);
  *(pid_t *)Arg = gettid();
  for (int I = 0; I < 3; ++I) {
    post(&Waits);
    Got = Value = 0;
    CHECK_ERRNO(sigsuspend(&None), EINTR);
    CHECK(Got == SIGUSR1 && Value == (I < 2 ? 0 : 42));
  }
  return NULL;
}

static void signals(void) {
  struct sigaction A;
  memset(&A, 0, sizeof(A));
  A.sa_sigaction = handler;
  A.sa_flags = SA_SIGINFO;
  CHECK(sigaction(SIGUSR1, &A, NULL) == 0);
  // To itself: the handler has run when the call returns.
  CHECK(KEEPS_ERRNO(tgkill(getpid(), gettid(), SIGUSR1)) == 0 &&
        Got == SIGUSR1);
  Got = 0;
  CHECK(syscall(SYS_tkill, gettid(), SIGUSR1) == 0 && Got == SIGUSR1);
  // To another thread.
  pid_t Id = 0;
  Waits.Count = 0;
  pthread_t T = start(isSignalled, &Id);
  for (int I = 0; I < 3; ++I) {
    siginfo_t Info;
    memset(&Info, 0, sizeof(Info));
    Info.si_code = SI_QUEUE;
    Info.si_value.sival_int = 42;
    await(&Waits, I + 1);
    if (I < 2)
      CHECK(KEEPS_ERRNO(tgkill(getpid(), Id, SIGUSR1)) == 0);
    else
      CHECK(syscall(SYS_rt_tgsigqueueinfo, getpid(), Id, SIGUSR1, &Info) == 0);
  }
  join(T);
  while (tgkill(getpid(), Id, 0) == 0)
    sched_yield(); // The kernel frees the number after it has told join.
  CHECK_ERRNO(tgkill(getpid(), Id, 0), ESRCH);
  CHECK_ERRNO(tgkill(getpid(), gettid(), 65), EINVAL);
  CHECK(tgkill(getpid(), gettid(), 0) == 0);
  CHECK_ERRNO(tgkill(getppid(), gettid(), 0), ESRCH);
}

// -- Calls that take a thread's number ---------------------------------------

static void scheduling(void) {
  pid_t Id = gettid();
  cpu_set_t Set, Same;
  struct sched_param P = {0};
  struct timespec Slice;
  unsigned long Bits[16];
  CHECK(KEEPS_ERRNO(sched_getaffinity(Id, sizeof(Set), &Set)) == 0);
  CHECK(sched_getaffinity(0, sizeof(Same), &Same) == 0);
  CHECK(CPU_EQUAL(&Set, &Same));
  CHECK(syscall(SYS_sched_getaffinity, Id, sizeof(Bits), Bits) > 0);
  CHECK(KEEPS_ERRNO(sched_getscheduler(Id)) == SCHED_OTHER);
  CHECK(KEEPS_ERRNO(sched_getparam(Id, &P)) == 0 && P.sched_priority == 0);
  CHECK(KEEPS_ERRNO(sched_rr_get_interval(Id, &Slice)) == 0);
  errno = 0;
  CHECK(getpriority(PRIO_PROCESS, (id_t)Id) == getpriority(PRIO_PROCESS, 0) &&
        errno == 0);
  // The number is the same on the OS thread that these may need.
  CHECK(KEEPS_ERRNO(setpriority(PRIO_PROCESS, (id_t)Id, 5)) == 0);
  CHECK(getpriority(PRIO_PROCESS, 0) == 5 &&
        getpriority(PRIO_PROCESS, (id_t)Id) == 5);
  CHECK(KEEPS_ERRNO(sched_setscheduler(Id, SCHED_BATCH, &P)) == 0);
  CHECK(sched_getscheduler(0) == SCHED_BATCH);
  CHECK(KEEPS_ERRNO(sched_setparam(Id, &P)) == 0);
  CHECK(KEEPS_ERRNO(sched_setaffinity(Id, sizeof(Set), &Set)) == 0);
  CHECK(gettid() == Id);
  CHECK_ERRNO(sched_getscheduler(-1), EINVAL);
}

static void *asks(void *Arg) {
  pid_t Id = *(pid_t *)Arg;
  cpu_set_t Set;
  CHECK(sched_getaffinity(Id, sizeof(Set), &Set) == 0);
  CHECK(sched_getscheduler(Id) == SCHED_OTHER);
  return NULL;
}

static void askedOfAnother(void) {
  pid_t Id = gettid();
  join(start(asks, &Id));
}

static void timer(void) {
  timer_t T;
  sigset_t Set;
  siginfo_t Info;
  struct sigevent E;
  struct itimerspec Soon = {{0, 0}, {0, 1000000}};
  sigemptyset(&Set);
  sigaddset(&Set, SIGRTMIN);
  CHECK(pthread_sigmask(SIG_BLOCK, &Set, NULL) == 0);
  memset(&E, 0, sizeof(E));
  E.sigev_notify = SIGEV_THREAD_ID;
  E.sigev_signo = SIGRTMIN;
  E._sigev_un._tid = gettid();
  CHECK(KEEPS_ERRNO(timer_create(CLOCK_MONOTONIC, &E, &T)) == 0);
  CHECK(E._sigev_un._tid == gettid());
  CHECK(timer_settime(T, 0, &Soon, NULL) == 0);
  CHECK(sigwaitinfo(&Set, &Info) == SIGRTMIN && Info.si_code == SI_TIMER);
  CHECK(timer_delete(T) == 0);
  CHECK(pthread_sigmask(SIG_UNBLOCK, &Set, NULL) == 0);
}

/// The child's only thread is its main thread.
static void inForkedChild(void) { CHECK(gettid() == getpid()); }
static void forks(void) {
  pid_t Id = gettid();
  CHECK(inChild(inForkedChild) == 0);
  CHECK(gettid() == Id);
}

int main(void) {
  areUnique();
  inThread(askedOfAnother);
  Body B = {NULL};
  pthread_t T[8];
  for (int I = 0; I < 8; ++I)
    T[I] = start(locks, &B);
  for (int I = 0; I < 8; ++I)
    join(T[I]);
  signals();
  inThread(signals);
  inThread(scheduling);
  inThread(timer);
  forks();
  inThread(forks);
  return 0;
}
