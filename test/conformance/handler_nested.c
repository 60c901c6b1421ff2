// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: handlers that end their thread, jump, wait or change its cancellation
// where that is intricate: on top of other handlers, in those of faults, on
// signal stacks and the program's own stacks, as the thread gets other CPUs,
// on main.
#include "check.h"
#include <poll.h>
#include <setjmp.h>
#include <sys/file.h>
#include <ucontext.h>

static pthread_mutex_t Mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t Cond = PTHREAD_COND_INITIALIZER;
static int Pipe[2], Locked[2], CleanedUp, There, InHandler, Go; // Atomic.
static pid_t Id;
static __thread sigjmp_buf Back;

static void set(int *Flag, int Value) {
  __atomic_store_n(Flag, Value, __ATOMIC_SEQ_CST);
}
static void spinUntil(int *Flag) {
  while (!__atomic_load_n(Flag, __ATOMIC_SEQ_CST))
    sched_yield();
}
static void handle(int Signal, void (*Handler)(int), int Flags) {
  struct sigaction A = {.sa_handler = Handler, .sa_flags = Flags};
  CHECK(sigaction(Signal, &A, NULL) == 0);
}
static void cleanUp(void *Arg) {
  (void)Arg;
  sched_yield(); // Others use the OS thread meanwhile.
  __atomic_fetch_add(&CleanedUp, 1, __ATOMIC_SEQ_CST);
}
static void readByte(void) {
  char C;
  read(Pipe[0], &C, 1);
}
static void unlock(void *Arg) { CHECK(pthread_mutex_unlock(Arg) == 0); }
static void waitForCond(void) {
  CHECK(pthread_mutex_lock(&Mutex) == 0);
  while (!Go)
    pthread_cond_wait(&Cond, &Mutex);
  CHECK(pthread_mutex_unlock(&Mutex) == 0);
}
static void waitForCondOrExit(void) {
  pthread_cleanup_push(unlock, &Mutex);
  waitForCond();
  pthread_cleanup_pop(0);
}
static void letGo(void) {
  CHECK(pthread_mutex_lock(&Mutex) == 0);
  Go = 1;
  CHECK(pthread_cond_broadcast(&Cond) == 0);
  CHECK(pthread_mutex_unlock(&Mutex) == 0);
}
static void exits(int Signal) {
  (void)Signal;
  pthread_exit(&Go);
}
static void jumps(int Signal) {
  volatile char Room[20000]; // Of the signal stack.
  memset((char *)Room, Signal, sizeof Room);
  siglongjmp(Back, 1);
}
static void locks(int Signal) {
  (void)Signal;
  pthread_cleanup_push(cleanUp, NULL);
  set(&InHandler, 1);
  flock(Locked[1], LOCK_EX);
  CHECK(!"flock returns");
  pthread_cleanup_pop(0);
}
static void faults(int Signal) {
  (void)Signal;
  pthread_cleanup_push(cleanUp, NULL);
  *(volatile int *)8 = 1;
  pthread_cleanup_pop(0);
}
static void readsInHandler(int Signal) {
  (void)Signal;
  set(&InHandler, 1);
  readByte();
  CHECK(!"read returns");
}

// -- Handlers on handlers ---------------------------------------------------

static void *reads(void *Arg) {
  pthread_cleanup_push(cleanUp, NULL);
  Id = gettid();
  set(&There, 1);
  if (sigsetjmp(Back, 1) == 0)
    ((void (*)(void))Arg)();
  else if (Arg == (void *)waitForCond)
    unlock(&Mutex); // Also after a jump it holds the mutex.
  pthread_cleanup_pop(0);
  return &There;
}

static pthread_t interrupted(void (*Wait)(void), void (*First)(int)) {
  There = InHandler = Go = CleanedUp = 0;
  handle(SIGUSR1, First, 0);
  pthread_t T = start(reads, (void *)Wait);
  spinUntil(&There);
  settle(Id);
  CHECK(pthread_kill(T, SIGUSR1) == 0);
  spinUntil(&InHandler);
  settle(Id);
  return T;
}

static void *overflowsSignalStack(void *Arg) {
  if (sigsetjmp(Back, 1) == 0)
    *(volatile int *)8 = 1;
  return Arg;
}

/// The second ends the thread, on the signal stack; or jumps out of both.
static void onSignalStack(void) {
  static void (*const Waits[])(void) = {readByte, readByte, waitForCondOrExit,
                                        waitForCond};
  CHECK(flock(Locked[0], LOCK_EX) == 0);
  handle(SIGSEGV, jumps, 0);
  for (int I = 0; I < 8; ++I) {
    int Jumps = I & 1;
    handle(SIGUSR2, Jumps ? jumps : exits, SA_ONSTACK);
    pthread_t T = interrupted(Waits[I % 4], locks), Others[3];
    for (int J = 0; J < 3; ++J)
      Others[J] = start(overflowsSignalStack, NULL);
    CHECK(pthread_mutex_lock(&Mutex) == 0); // The condition's.
    CHECK(pthread_kill(T, SIGUSR2) == 0);
    settle(Id);
    CHECK(pthread_mutex_unlock(&Mutex) == 0);
    CHECK(join(T) == (Jumps ? &There : &Go));
    CHECK(CleanedUp == (Jumps ? 0 : 2));
    for (int J = 0; J < 3; ++J)
      join(Others[J]);
  }
  CHECK(flock(Locked[0], LOCK_UN) == 0);
}

/// It is cancelled in the handler of a fault in a handler.
static void cancelledInFault(void) {
  handle(SIGSEGV, readsInHandler, 0);
  pthread_t T = interrupted(readByte, faults);
  CHECK(pthread_cancel(T) == 0);
  CHECK(join(T) == PTHREAD_CANCELED && CleanedUp == 2);
}

static int Waiting;
static void waitsAndExits(int Signal) {
  __atomic_fetch_add(&Waiting, 1, __ATOMIC_SEQ_CST);
  waitForCond();
  exits(Signal);
}
static void *faultsAtOnce(void *Arg) {
  pthread_cleanup_push(cleanUp, NULL);
  *(volatile int *)8 = 1;
  pthread_cleanup_pop(0);
  return Arg;
}
static void waitsInFault(void) {
  pthread_t T[4];
  Waiting = Go = CleanedUp = 0;
  handle(SIGSEGV, waitsAndExits, 0);
  for (int I = 0; I < 4; ++I)
    T[I] = start(faultsAtOnce, NULL);
  while (__atomic_load_n(&Waiting, __ATOMIC_SEQ_CST) < 4)
    sched_yield();
  letGo();
  for (int I = 0; I < 4; ++I)
    CHECK(join(T[I]) == &Go);
  CHECK(CleanedUp == 4);
}

// -- Stacks of the program's ------------------------------------------------

__attribute__((noinline)) static void leftByJump(void (*Wait)(void)) {
  if (sigsetjmp(Back, 1) == 0) {
    set(&There, 1);
    Wait();
    CHECK(!"the wait returns");
  }
}
/// The signal stack lies within the thread's own.
static void *jumpsFromWithin(void *Arg) {
  char Memory[65536];
  stack_t Stack = {.ss_sp = Memory, .ss_size = sizeof Memory}, Old;
  Id = gettid();
  CHECK(sigaltstack(&Stack, &Old) == 0);
  pthread_cleanup_push(cleanUp, NULL);
  leftByJump((void (*)(void))Arg);
  memset(Memory, 0x5a, sizeof Memory);
  pthread_mutex_trylock(&Mutex); // From such a stack glibc does not lock it.
  unlock(&Mutex);
  Stack.ss_flags = SS_DISABLE;
  CHECK(sigaltstack(&Stack, NULL) == 0);
  pthread_exit(&Go);
  pthread_cleanup_pop(0);
  return NULL;
}
static void within(void) {
  handle(SIGUSR1, jumps, SA_ONSTACK);
  There = CleanedUp = 0;
  pthread_t T = start(jumpsFromWithin, (void *)readByte);
  spinUntil(&There);
  settle(Id);
  CHECK(pthread_kill(T, SIGUSR1) == 0);
  CHECK(join(T) == &Go && CleanedUp == 1);
}

static void nothing(int Signal) {
  volatile char Room[20000];
  memset((char *)Room, Signal, sizeof Room);
}
static void fault(void) { *(volatile int *)8 = 1; }
static void *jumpsOnOwnStack(void *Arg) {
  pthread_cleanup_push(cleanUp, NULL);
  leftByJump(fault);
  __asm__ volatile("int3");
  leftByJump(fault);
  pthread_exit(Arg);
  pthread_cleanup_pop(0);
  return NULL;
}
static void ownStack(void) {
  static char Memory[262144] __attribute__((aligned(4096)));
  pthread_attr_t A;
  pthread_t T;
  CleanedUp = 0;
  handle(SIGSEGV, jumps, 0);
  handle(SIGTRAP, nothing, 0);
  CHECK(pthread_attr_init(&A) == 0);
  CHECK(pthread_attr_setstack(&A, Memory, sizeof Memory) == 0);
  CHECK(pthread_create(&T, &A, jumpsOnOwnStack, &Go) == 0);
  CHECK(join(T) == &Go && CleanedUp == 1);
}

// -- The thread moves -------------------------------------------------------

static void pollByte(void) {
  struct pollfd P = {Pipe[0], POLLIN, 0};
  poll(&P, 1, 60000);
}
static void sleepLong(void) { sleep(60); }
static void *scribbles(void *Arg) {
  volatile char Room[60000];
  for (int I = 0; I < 10; ++I) {
    memset((char *)Room, 0xff, sizeof Room);
    sched_yield();
  }
  return Arg;
}
/// While it waits it gets CPUs of its own, and is ended.
static void moves(void) {
  static void (*const Waits[])(void) = {pollByte, sleepLong, readByte};
  cpu_set_t All, One;
  CHECK(sched_getaffinity(0, sizeof All, &All) == 0);
  CPU_ZERO(&One);
  for (int I = 0; !CPU_COUNT(&One); ++I)
    if (CPU_ISSET(I, &All))
      CPU_SET(I, &One);
  for (int I = 0; I < 6; ++I) {
    pthread_t Others[4];
    There = CleanedUp = 0;
    handle(SIGUSR1, I & 1 ? jumps : exits, 0);
    pthread_t T = start(reads, (void *)Waits[I / 2]);
    spinUntil(&There);
    settle(Id);
    CHECK(pthread_setaffinity_np(T, sizeof One, &One) == 0);
    CHECK(pthread_kill(T, SIGUSR1) == 0);
    CHECK(join(T) == (I & 1 ? &There : &Go));
    for (int J = 0; J < 4; ++J)
      Others[J] = start(scribbles, NULL);
    char C;
    CHECK(write(Pipe[1], "x", 1) == 1 && read(Pipe[0], &C, 1) == 1);
    for (int J = 0; J < 4; ++J)
      join(Others[J]);
  }
}

// -- What the thread is left with -------------------------------------------

static void spins(void *Arg) {
  (void)Arg;
  set(&InHandler, 1);
  spinUntil(&Go);
}
static void block(int How) {
  sigset_t Set;
  sigemptyset(&Set);
  sigaddset(&Set, SIGUSR1);
  CHECK(pthread_sigmask(How, &Set, NULL) == 0);
}
static void *exitsSlowly(void *Arg) {
  pthread_cleanup_push(spins, NULL);
  Id = gettid();
  set(&There, 1);
  block(SIG_UNBLOCK);
  readByte();
  pthread_cleanup_pop(0);
  return Arg;
}
/// A signal for the process is not for a thread that blocks it for good.
static void forProcess(void) {
  sigset_t Set;
  There = InHandler = Go = 0;
  handle(SIGUSR1, exits, 0);
  block(SIG_BLOCK);
  pthread_t T = start(exitsSlowly, NULL);
  spinUntil(&There);
  settle(Id);
  CHECK(pthread_kill(T, SIGUSR1) == 0);
  spinUntil(&InHandler);
  CHECK(kill(getpid(), SIGUSR1) == 0);
  set(&Go, 1);
  CHECK(join(T) == &Go);
  sigemptyset(&Set);
  sigaddset(&Set, SIGUSR1);
  CHECK(sigwaitinfo(&Set, NULL) == SIGUSR1);
  block(SIG_UNBLOCK);
}

static void lock(void) { flock(Locked[1], LOCK_EX); }
static void disables(int Signal) {
  (void)Signal;
  CHECK(pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL) == 0);
  set(&InHandler, 1);
}
/// The handler's choice is the thread's.
static void disabled(void) {
  handle(SIGUSR1, disables, SA_RESTART);
  static void (*const Waits[])(void) = {waitForCond, readByte, lock};
  for (int I = 0; I < 3; ++I) {
    There = InHandler = Go = CleanedUp = 0;
    CHECK(flock(Locked[0], LOCK_EX) == 0);
    pthread_t T = start(reads, (void *)Waits[I]);
    spinUntil(&There);
    settle(Id);
    CHECK(pthread_kill(T, SIGUSR1) == 0);
    spinUntil(&InHandler);
    CHECK(pthread_cancel(T) == 0);
    settle(Id);
    letGo();
    CHECK(I != 1 || write(Pipe[1], "x", 1) == 1);
    CHECK(flock(Locked[0], LOCK_UN) == 0);
    CHECK(join(T) == &There && CleanedUp == 0);
    CHECK(flock(Locked[1], LOCK_UN) == 0);
  }
}

static __thread ucontext_t Context;
static __thread volatile int Switched;
static void switches(int Signal) {
  (void)Signal;
  setcontext(&Context);
}
static void *leavesByContext(void *Arg) {
  pthread_cleanup_push(cleanUp, NULL);
  CHECK(getcontext(&Context) == 0);
  if (Switched++ == 0)
    raise(SIGUSR1);
  CHECK(Switched == 2);
  pthread_exit(Arg);
  pthread_cleanup_pop(0);
  return NULL;
}
static void byContext(void) {
  CleanedUp = 0;
  handle(SIGUSR1, switches, 0);
  CHECK(join(start(leavesByContext, &Go)) == &Go && CleanedUp == 1);
}

static pthread_t Main;
static void *interruptsMain(void *Arg) {
  spinUntil(&There);
  settle(getpid());
  CHECK(pthread_kill(Main, SIGUSR1) == 0);
  CHECK(join(Main) == (Arg ? PTHREAD_CANCELED : &Go) && CleanedUp == 1);
  _exit(0);
}
/// Main jumps out of a wait, on a signal stack in its own stack.
static void onMain(void) {
  Main = pthread_self();
  There = CleanedUp = 0;
  handle(SIGUSR1, jumps, SA_ONSTACK);
  start(interruptsMain, NULL);
  jumpsFromWithin((void *)waitForCond);
}
static void *cancelsMain(void *Arg) {
  CHECK(pthread_mutex_lock(&Mutex) == 0);
  CHECK(pthread_cond_signal(&Cond) == 0);
  settle(getpid()); // It waits for the mutex.
  CHECK(pthread_kill(Main, SIGUSR1) == 0);
  spinUntil(&InHandler);
  CHECK(pthread_mutex_unlock(&Mutex) == 0);
  CHECK(pthread_cancel(Main) == 0);
  CHECK(join(Main) == PTHREAD_CANCELED && CleanedUp == 1);
  _exit(0);
  return Arg;
}
/// Main jumps out of the wait for a condition's mutex, and is cancelled.
static void cancelledOnMain(void) {
  Main = pthread_self();
  CleanedUp = InHandler = Go = 0;
  handle(SIGUSR1, jumps, 0);
  pthread_cleanup_push(cleanUp, NULL);
  if (sigsetjmp(Back, 1) == 0) {
    CHECK(pthread_mutex_lock(&Mutex) == 0);
    start(cancelsMain, NULL);
    pthread_cond_wait(&Cond, &Mutex);
    CHECK(!"the wait returns");
  }
  set(&InHandler, 1);
  for (;;)
    pause();
  pthread_cleanup_pop(0);
}

int main(void) {
  char Name[64];
  snprintf(Name, sizeof Name, "/tmp/open-co-lock-%d", (int)getpid());
  for (int I = 0; I < 2; ++I)
    CHECK((Locked[I] = open(Name, O_RDWR | O_CREAT, 0600)) >= 0);
  CHECK(pipe(Pipe) == 0 && unlink(Name) == 0);
  CHECK(inChild(onMain) == 0);
  CHECK(inChild(cancelledOnMain) == 0);
  for (int I = 0; I < 2; ++I) {
    onSignalStack();
    cancelledInFault();
    waitsInFault();
    within();
    ownStack();
    moves();
    forProcess();
    disabled();
    byContext();
  }
  return 0;
}
