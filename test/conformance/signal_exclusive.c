// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: a thread that used a lock which libc or the kernel ties to an OS
// thread gets its signals as others do: in its waits, at raise, by its mask.
#include "check.h"
#include <poll.h>

static __thread int Mine;
static volatile int Handled, Elsewhere;
static int P[2], Done;
static pthread_rwlock_t Rw;
static pthread_mutex_t Inherit;
static Gate Ready = GATE_INIT, Go = GATE_INIT;

static void count(int Signal) {
  CHECK(Signal == SIGUSR1);
  if (Mine != 77)
    __atomic_fetch_add(&Elsewhere, 1, __ATOMIC_SEQ_CST);
  __atomic_fetch_add(&Handled, 1, __ATOMIC_SEQ_CST);
}

static void byRwLock(void) {
  CHECK(pthread_rwlock_rdlock(&Rw) == 0 && pthread_rwlock_unlock(&Rw) == 0);
}
static void byMutex(void) {
  CHECK(pthread_mutex_lock(&Inherit) == 0);
  CHECK(pthread_mutex_unlock(&Inherit) == 0);
}
static void byStream(void) {
  flockfile(stderr);
  funlockfile(stderr);
}
static void (*const Become[])(void) = {byRwLock, byMutex, byStream};

static void doSleep(void) { CHECK(sleep(1000) > 900); }
static void doNanosleep(void) {
  struct timespec T = {1000, 0};
  CHECK_ERRNO(nanosleep(&T, &T), EINTR);
}
static void doPoll(void) {
  struct pollfd F = {P[0], POLLIN, 0};
  CHECK_ERRNO(poll(&F, 1, -1), EINTR);
}
static void doRead(void) {
  char C;
  CHECK_ERRNO(read(P[0], &C, 1), EINTR);
}
static void (*const Calls[])(void) = {doSleep, doNanosleep, doPoll, doRead};

typedef struct {
  void (*Become)(void), (*Call)(void);
} Case;

static void *interrupted(void *Arg) {
  Case *C = Arg;
  Mine = 77;
  C->Become();
  post(&Ready);
  C->Call();
  __atomic_store_n(&Done, 1, __ATOMIC_SEQ_CST);
  return NULL;
}

static void block(int How) {
  sigset_t Set;
  sigemptyset(&Set);
  sigaddset(&Set, SIGUSR1);
  CHECK(KEEPS_ERRNO(pthread_sigmask(How, &Set, NULL)) == 0);
}

static int isPending(void) {
  sigset_t Set;
  CHECK(KEEPS_ERRNO(sigpending(&Set)) == 0);
  return sigismember(&Set, SIGUSR1);
}

static void *masked(void *Arg) {
  Mine = 77;
  block(SIG_BLOCK);
  ((Case *)Arg)->Become();
  post(&Ready);
  await(&Go, 1);
  CHECK(Handled == 0 && isPending());
  block(SIG_UNBLOCK);
  CHECK(Handled == 1 && !isPending());
  CHECK(raise(SIGUSR1) == 0 && Handled == 2);
  CHECK(pthread_kill(pthread_self(), SIGUSR1) == 0 && Handled == 3);
  block(SIG_BLOCK);
  CHECK(raise(SIGUSR1) == 0 && Handled == 3 && isPending());
  block(SIG_UNBLOCK);
  CHECK(Handled == 4);
  return NULL;
}

/// Sent before it became exclusive, handled after it.
static void *carriedOver(void *Arg) {
  Mine = 77;
  block(SIG_BLOCK);
  post(&Ready);
  await(&Go, 1);
  ((Case *)Arg)->Become();
  CHECK(isPending() && Handled == 0);
  block(SIG_UNBLOCK);
  CHECK(Handled == 1);
  return NULL;
}

/// The only thread that does not block it gets what is for the process.
static void *receiver(void *Arg) {
  Mine = 77;
  ((Case *)Arg)->Become();
  block(SIG_UNBLOCK);
  post(&Ready);
  await(&Go, 1);
  block(SIG_BLOCK);
  return NULL;
}

static void exclusive(void) {
  Case C;
  CHECK(pipe(P) == 0);
  Elsewhere = 0;
  for (int I = 0; I < 3; ++I) {
    C.Become = Become[I];
    for (int J = 0; J < 4; ++J) {
      C.Call = Calls[J];
      Ready.Count = Handled = Done = 0;
      pthread_t T = start(interrupted, &C);
      await(&Ready, 1);
      // It may not be in the call yet: signals come until that has ended.
      while (!__atomic_load_n(&Done, __ATOMIC_SEQ_CST)) {
        CHECK(pthread_kill(T, SIGUSR1) == 0);
        sleepMs(2);
      }
      join(T);
      CHECK(Handled > 0);
    }
    ThreadFn *Waits[] = {masked, carriedOver};
    for (int J = 0; J < 2; ++J) {
      Ready.Count = Go.Count = Handled = 0;
      pthread_t T = start(Waits[J], &C);
      await(&Ready, 1);
      CHECK(pthread_kill(T, SIGUSR1) == 0);
      post(&Go);
      join(T);
    }
  }
  CHECK(Elsewhere == 0);
  CHECK(close(P[0]) == 0 && close(P[1]) == 0);
}

static void forProcess(void) {
  Case C;
  block(SIG_BLOCK);
  for (int I = 0; I < 3; ++I) {
    C.Become = Become[I];
    Ready.Count = Go.Count = Handled = Elsewhere = 0;
    pthread_t T = start(receiver, &C);
    await(&Ready, 1);
    for (int J = 1; J <= 5; ++J) {
      CHECK(kill(getpid(), SIGUSR1) == 0);
      while (__atomic_load_n(&Handled, __ATOMIC_SEQ_CST) < J)
        sched_yield();
    }
    post(&Go);
    join(T);
    CHECK(Handled == 5 && Elsewhere == 0);
  }
  block(SIG_UNBLOCK);
}

int main(void) {
  struct sigaction Action;
  pthread_mutexattr_t Attr;
  memset(&Action, 0, sizeof(Action));
  Action.sa_handler = count;
  CHECK(sigaction(SIGUSR1, &Action, NULL) == 0);
  CHECK(pthread_mutexattr_init(&Attr) == 0);
  CHECK(pthread_mutexattr_setprotocol(&Attr, PTHREAD_PRIO_INHERIT) == 0);
  CHECK(pthread_mutex_init(&Inherit, &Attr) == 0);
  pthread_rwlockattr_t Shared;
  CHECK(pthread_rwlockattr_init(&Shared) == 0);
  CHECK(pthread_rwlockattr_setpshared(&Shared, PTHREAD_PROCESS_SHARED) == 0);
  CHECK(pthread_rwlock_init(&Rw, &Shared) == 0);
  exclusive();
  inThread(exclusive);
  forProcess();
  return 0;
}
