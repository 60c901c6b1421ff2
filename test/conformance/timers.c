// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: the timers of a process work whichever thread sets them: alarm,
// ualarm, setitimer of all three kinds, timer_create that signals the process
// or a thread, or calls a function; what is left of them can be asked for.
#include "check.h"
#include <sys/syscall.h>
#include <sys/time.h>

static volatile sig_atomic_t Rings[65], Value[65];
static void ring(int Signal, siginfo_t *Info, void *Context) {
  (void)Context;
  Value[Signal] = Info->si_code == SI_TIMER ? Info->si_value.sival_int : -1;
  ++Rings[Signal];
}

static void handle(int Signal) {
  struct sigaction A;
  memset(&A, 0, sizeof(A));
  A.sa_sigaction = ring;
  A.sa_flags = SA_SIGINFO;
  CHECK(sigaction(Signal, &A, NULL) == 0);
  Rings[Signal] = 0;
}

/// Until \p Signal has come, to whichever thread.
static void awaitRings(int Signal, int Count) {
  while (Rings[Signal] < Count)
    usleep(500);
}

static void alarms(void) {
  handle(SIGALRM);
  CHECK(KEEPS_ERRNO(alarm(1000)) == 0);
  unsigned Left = alarm(0);
  CHECK(Left == 1000 || Left == 999);
  CHECK(alarm(0) == 0);
  CHECK(ualarm(2000, 0) == 0);
  awaitRings(SIGALRM, 1);
  CHECK(ualarm(2000, 2000) == 0);
  awaitRings(SIGALRM, 4);
  CHECK(ualarm(0, 0) <= 2000);
}

static void intervals(void) {
  int Which[] = {ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF};
  int Signals[] = {SIGALRM, SIGVTALRM, SIGPROF};
  for (int I = 0; I < 3; ++I) {
    struct itimerval T = {{0, 3000}, {0, 3000}}, Old;
    handle(Signals[I]);
    CHECK(KEEPS_ERRNO(setitimer(Which[I], &T, &Old)) == 0);
    CHECK(Old.it_value.tv_sec == 0 && Old.it_value.tv_usec == 0);
    CHECK(getitimer(Which[I], &Old) == 0 && Old.it_interval.tv_usec > 0);
    while (Rings[Signals[I]] < 3) // Two of them count CPU time.
      if (I == 0)
        usleep(500);
    memset(&T, 0, sizeof(T));
    CHECK(setitimer(Which[I], &T, &Old) == 0 && Old.it_interval.tv_usec > 0);
    CHECK(getitimer(Which[I], &Old) == 0 && Old.it_value.tv_usec == 0);
  }
  struct itimerval Bad = {{0, 0}, {0, 1000000}};
  CHECK_ERRNO(setitimer(ITIMER_REAL, &Bad, NULL), EINVAL);
  CHECK_ERRNO(getitimer(99, &Bad), EINVAL);
}

static void once(timer_t T, int Ms) {
  struct itimerspec Spec = {{0, 0}, {0, Ms * 1000000L}}, Left;
  CHECK(KEEPS_ERRNO(timer_settime(T, 0, &Spec, NULL)) == 0);
  CHECK(timer_gettime(T, &Left) == 0);
}

static void bySignal(void) {
  timer_t T;
  struct sigevent E;
  memset(&E, 0, sizeof(E));
  handle(SIGRTMIN);
  E.sigev_notify = SIGEV_SIGNAL;
  E.sigev_signo = SIGRTMIN;
  E.sigev_value.sival_int = 77;
  CHECK(KEEPS_ERRNO(timer_create(CLOCK_MONOTONIC, &E, &T)) == 0);
  once(T, 2);
  awaitRings(SIGRTMIN, 1);
  CHECK(Value[SIGRTMIN] == 77 && timer_getoverrun(T) == 0);
  CHECK(timer_delete(T) == 0);
  CHECK_ERRNO(timer_create(99, &E, &T), EINVAL);
}

static void tick(union sigval V) { post((Gate *)V.sival_ptr); }

static void byFunction(void) {
  timer_t T;
  struct sigevent E;
  Gate Ticks = GATE_INIT;
  memset(&E, 0, sizeof(E));
  E.sigev_notify = SIGEV_THREAD;
  E.sigev_notify_function = tick;
  E.sigev_value.sival_ptr = &Ticks;
  CHECK(timer_create(CLOCK_MONOTONIC, &E, &T) == 0);
  for (int I = 1; I <= 3; ++I) {
    once(T, 2);
    await(&Ticks, I);
  }
  CHECK(timer_delete(T) == 0);
  pthread_mutex_lock(&Ticks.Lock); // The last one has let go.
  pthread_mutex_unlock(&Ticks.Lock);
}

/// To this very thread, which sees it in sigwaitinfo.
static void byThread(void) {
  timer_t T;
  struct sigevent E;
  sigset_t Set;
  memset(&E, 0, sizeof(E));
  sigemptyset(&Set);
  sigaddset(&Set, SIGRTMIN + 1);
  CHECK(pthread_sigmask(SIG_BLOCK, &Set, NULL) == 0);
  E.sigev_notify = SIGEV_THREAD_ID;
  E.sigev_signo = SIGRTMIN + 1;
  E._sigev_un._tid = (pid_t)syscall(SYS_gettid);
  E.sigev_value.sival_int = (int)E._sigev_un._tid;
  CHECK(timer_create(CLOCK_MONOTONIC, &E, &T) == 0);
  for (int I = 0; I < 3; ++I) {
    siginfo_t Info;
    once(T, 2);
    CHECK(sigwaitinfo(&Set, &Info) == SIGRTMIN + 1);
    CHECK(Info.si_code == SI_TIMER &&
          Info.si_value.sival_int == (int)E._sigev_un._tid);
  }
  CHECK(timer_delete(T) == 0);
}

/// The CPU time of this thread.
static void byCpuTime(void) {
  timer_t T;
  struct sigevent E;
  sigset_t Set;
  struct timespec Now = {0, 0};
  memset(&E, 0, sizeof(E));
  sigemptyset(&Set);
  sigaddset(&Set, SIGRTMIN + 2);
  CHECK(pthread_sigmask(SIG_BLOCK, &Set, NULL) == 0);
  E.sigev_notify = SIGEV_THREAD_ID;
  E.sigev_signo = SIGRTMIN + 2;
  E._sigev_un._tid = (pid_t)syscall(SYS_gettid);
  CHECK(timer_create(CLOCK_THREAD_CPUTIME_ID, &E, &T) == 0);
  once(T, 5);
  while (sigtimedwait(&Set, NULL, &Now) != SIGRTMIN + 2)
    CHECK(errno == EAGAIN);
  CHECK(timer_delete(T) == 0);
}

int main(void) {
  void (*OneAtATime[])(void) = {alarms, intervals, bySignal};
  for (int I = 0; I < 3; ++I) {
    OneAtATime[I]();
    inThread(OneAtATime[I]);
    OneAtATime[I]();
  }
  everywhere(byFunction);
  everywhere(byThread);
  everywhere(byCpuTime);
  return 0;
}
