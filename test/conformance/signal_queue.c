// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: each real-time signal that is sent to a thread, or to the process, is
// delivered, with its value, and to a thread in the order of sending; whether
// it is parked, blocks them, waits for them in the kernel, or sends them to
// itself. A standard signal that waits is delivered once, and says of itself
// what the first said.
#include "check.h"
#include <sys/prctl.h>

enum { Many = 30 };
static _Thread_local int Got[2][Many + 1];
static _Thread_local volatile sig_atomic_t Count[2], Standard;

static void onQueued(int Signal, siginfo_t *Info, void *Context) {
  (void)Context;
  int Kind = Signal - SIGRTMIN;
  CHECK(Info->si_code == SI_QUEUE && Info->si_signo == Signal);
  CHECK(Info->si_pid == getpid() && Count[Kind] < Many);
  Got[Kind][Count[Kind]++] = Info->si_value.sival_int;
}
static void onStandard(int Signal) {
  (void)Signal;
  ++Standard;
}

static void checkAll(void) {
  for (int Kind = 0; Kind < 2; ++Kind) {
    CHECK(Count[Kind] == Many);
    for (int I = 0; I < Many; ++I)
      CHECK(Got[Kind][I] == I);
    Count[Kind] = 0;
  }
}

static void sendAll(pthread_t To) {
  for (int I = 0; I < Many; ++I) {
    union sigval V = {.sival_int = I};
    CHECK(pthread_sigqueue(To, SIGRTMIN + 1, V) == 0);
    CHECK(pthread_sigqueue(To, SIGRTMIN, V) == 0);
    CHECK(pthread_kill(To, SIGUSR1) == 0);
  }
}

static sigset_t All(void) {
  sigset_t S;
  sigemptyset(&S);
  sigaddset(&S, SIGRTMIN);
  sigaddset(&S, SIGRTMIN + 1);
  sigaddset(&S, SIGUSR1);
  return S;
}

static void toSelf(void) {
  sigset_t S = All(), Pending;
  CHECK(pthread_sigmask(SIG_BLOCK, &S, NULL) == 0);
  Standard = 0;
  sendAll(pthread_self());
  sched_yield();
  CHECK(Count[0] == 0 && sigpending(&Pending) == 0);
  CHECK(sigismember(&Pending, SIGRTMIN) && sigismember(&Pending, SIGUSR1));
  CHECK(pthread_sigmask(SIG_UNBLOCK, &S, NULL) == 0);
  checkAll();
  CHECK(Standard == 1);
  CHECK(sigpending(&Pending) == 0 && !sigismember(&Pending, SIGRTMIN));
  sendAll(pthread_self()); // One by one.
  checkAll();
  CHECK(Standard == 1 + Many);
}

static _Thread_local volatile sig_atomic_t Value;
static void onValue(int Signal, siginfo_t *Info, void *Context) {
  (void)Signal, (void)Context;
  CHECK(Info->si_code == SI_QUEUE);
  Value = Info->si_value.sival_int;
}
static void firstStays(void) {
  struct sigaction A = {0};
  A.sa_sigaction = onValue;
  A.sa_flags = SA_SIGINFO;
  CHECK(sigaction(SIGUSR2, &A, NULL) == 0);
  sigset_t S;
  sigemptyset(&S);
  sigaddset(&S, SIGUSR2);
  for (int Round = 0; Round < 3; ++Round) {
    CHECK(pthread_sigmask(SIG_BLOCK, &S, NULL) == 0);
    for (int I = 1; I < 4; ++I) {
      union sigval V = {.sival_int = 10 * Round + I};
      CHECK(pthread_sigqueue(pthread_self(), SIGUSR2, V) == 0);
    }
    CHECK(pthread_sigmask(SIG_UNBLOCK, &S, NULL) == 0);
    CHECK(Value == 10 * Round + 1);
  }
}

static Gate Ready, Sent;
static int Pipe[2];

static void *parked(void *Arg) { // Takes them as they come.
  char C;
  ssize_t N;
  post(&Ready);
  while ((N = read(Pipe[0], &C, 1)) == -1)
    CHECK(errno == EINTR);
  CHECK(N == 1);
  while (Count[0] < Many || Count[1] < Many)
    sched_yield();
  checkAll();
  return Arg;
}

static void *blocking(void *Arg) { // All at once, later.
  sigset_t S = All();
  CHECK(pthread_sigmask(SIG_BLOCK, &S, NULL) == 0);
  Standard = 0;
  post(&Ready);
  await(&Sent, 1);
  CHECK(Count[0] == 0);
  if (Arg) // With an OS thread to itself.
    CHECK(prctl(PR_SET_TIMERSLACK, 50000, 0, 0, 0) == 0);
  CHECK(pthread_sigmask(SIG_UNBLOCK, &S, NULL) == 0);
  checkAll();
  CHECK(Standard == 1);
  return NULL;
}

static void *waiting(void *Arg) { // In the kernel, some of them.
  sigset_t S = All();
  siginfo_t Info;
  struct timespec None = {0, 0};
  CHECK(pthread_sigmask(SIG_BLOCK, &S, NULL) == 0);
  post(&Ready);
  await(&Sent, 1);
  CHECK(sigtimedwait(&S, &Info, &None) == SIGUSR1);
  for (int I = 0; I < Many; ++I) {
    CHECK(sigwaitinfo(&S, &Info) == SIGRTMIN && Info.si_value.sival_int == I);
    sched_yield();
  }
  for (int I = 0; I < Many; ++I) {
    CHECK(sigwaitinfo(&S, &Info) == SIGRTMIN + 1);
    CHECK(Info.si_value.sival_int == I);
  }
  CHECK(sigtimedwait(&S, &Info, &None) == -1 && errno == EAGAIN);
  return Arg;
}

static void toAnother(void) {
  ThreadFn *Fns[] = {parked, blocking, blocking, waiting};
  for (long I = 0; I < 4; ++I) {
    Ready = Sent = (Gate)GATE_INIT;
    CHECK(pipe(Pipe) == 0);
    pthread_t T = start(Fns[I], (void *)(I % 2 ? NULL : (void *)1));
    await(&Ready, 1);
    sendAll(T);
    post(&Sent);
    CHECK(write(Pipe[1], "x", 1) == 1);
    join(T);
    CHECK(close(Pipe[0]) == 0 && close(Pipe[1]) == 0);
  }
}

/// To the process, which has one thread that does not block them.
static void *receives(void *Arg) {
  sigset_t S = All();
  CHECK(pthread_sigmask(SIG_UNBLOCK, &S, NULL) == 0);
  post(&Ready);
  while (Count[0] < Many || Count[1] < Many)
    usleep(200);
  for (int Kind = 0; Kind < 2; ++Kind)
    for (int I = 0; I < Many; ++I)
      CHECK(Got[Kind][I] == I);
  return Arg;
}
static void toProcess(void) {
  sigset_t S = All();
  CHECK(pthread_sigmask(SIG_BLOCK, &S, NULL) == 0);
  Ready = (Gate)GATE_INIT;
  pthread_t T = start(receives, NULL);
  await(&Ready, 1);
  for (int I = 0; I < Many; ++I) {
    union sigval V = {.sival_int = I};
    CHECK(sigqueue(getpid(), SIGRTMIN, V) == 0);
    CHECK(sigqueue(getpid(), SIGRTMIN + 1, V) == 0);
  }
  join(T);
  CHECK(pthread_sigmask(SIG_UNBLOCK, &S, NULL) == 0);
}

int main(void) {
  struct sigaction A;
  memset(&A, 0, sizeof(A));
  A.sa_sigaction = onQueued;
  A.sa_flags = SA_SIGINFO;
  CHECK(sigaction(SIGRTMIN, &A, NULL) == 0);
  CHECK(sigaction(SIGRTMIN + 1, &A, NULL) == 0);
  A.sa_handler = onStandard;
  A.sa_flags = 0;
  CHECK(sigaction(SIGUSR1, &A, NULL) == 0);
  everywhere(toSelf);
  everywhere(firstStays);
  toAnother();
  inThread(toAnother);
  toProcess();
  return 0;
}
