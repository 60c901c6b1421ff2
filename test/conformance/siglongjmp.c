// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: siglongjmp out of a handler, wherever that ran: in a wait, in a call
// that blocks in the kernel, on a signal stack, for a lock or in stdio. The
// mask is the one that sigsetjmp saved, and the thread goes on as any other.
// Rows: __sigsetjmp siglongjmp longjmp _longjmp __longjmp_chk
#include "check.h"
#include <poll.h>
#include <setjmp.h>
#include <sys/select.h>

// What FORTIFY makes of longjmp.
void __longjmp_chk(struct __jmp_buf_tag *, int);

static __thread sigjmp_buf Back;
static __thread volatile int Handled;

static void leave(int Signal) {
  (void)Signal;
  ++Handled;
  siglongjmp(Back, Handled);
}

static int isBlocked(int Signal) {
  sigset_t Set;
  CHECK(pthread_sigmask(SIG_BLOCK, NULL, &Set) == 0);
  return sigismember(&Set, Signal);
}

static void mask(int How, int Signal) {
  sigset_t Set;
  sigemptyset(&Set);
  sigaddset(&Set, Signal);
  CHECK(pthread_sigmask(How, &Set, NULL) == 0);
}

static volatile int Stop;
/// Signals come until Stop, whatever they interrupt.
static void *sender(void *To) {
  while (!__atomic_load_n(&Stop, __ATOMIC_SEQ_CST)) {
    CHECK(pthread_kill(*(pthread_t *)To, SIGUSR1) == 0);
    sleepMs(2);
  }
  return NULL;
}

static int Pipe[2];
static pthread_mutex_t Mutex;

static void inRead(void) {
  char C;
  read(Pipe[0], &C, 1);
}
static void inPoll(void) {
  struct pollfd P = {Pipe[0], POLLIN, 0};
  poll(&P, 1, -1);
}
static void inSelect(void) {
  fd_set Set;
  FD_ZERO(&Set);
  FD_SET(Pipe[0], &Set);
  select(Pipe[0] + 1, &Set, NULL, NULL, NULL);
}
static void inPause(void) { pause(); }
static void inSuspend(void) {
  sigset_t None;
  sigemptyset(&None);
  sigsuspend(&None);
}
static void inPpoll(void) {
  struct pollfd P = {Pipe[0], POLLIN, 0};
  sigset_t None;
  sigemptyset(&None);
  ppoll(&P, 1, NULL, &None);
}
static void inSleep(void) {
  for (;;)
    sleep(100);
}
static void inLock(void) { pthread_mutex_lock(&Mutex); }
static void inGets(void) {
  static FILE *F;
  char Line[100];
  if (!F)
    F = fdopen(Pipe[0], "r");
  CHECK(F);
  fgets(Line, sizeof(Line), F);
}
static void inSystemCall(void) {
  sigset_t Set;
  siginfo_t Info;
  sigemptyset(&Set);
  sigaddset(&Set, SIGUSR2);
  for (;;)
    sigwaitinfo(&Set, &Info);
}

/// A handler leaves \p Call, once: then the signal is blocked again.
static void leaves(void (*Call)(void)) {
  pthread_t Self = pthread_self();
  Handled = Stop = 0;
  mask(SIG_BLOCK, SIGUSR1);
  pthread_t T = start(sender, &Self);
  if (sigsetjmp(Back, 1) == 0) {
    mask(SIG_BLOCK, SIGTERM);
    mask(SIG_UNBLOCK, SIGUSR1);
    Call();
    CHECK(!"the call was left");
  }
  __atomic_store_n(&Stop, 1, __ATOMIC_SEQ_CST);
  join(T);
  CHECK(Handled == 1);
  CHECK(isBlocked(SIGUSR1));
  CHECK(signal(SIGUSR1, SIG_IGN) == leave); // Drops what is pending.
  mask(SIG_UNBLOCK, SIGUSR1);
}

static void install(int Flags) {
  struct sigaction A = {0};
  A.sa_handler = leave;
  A.sa_flags = Flags;
  CHECK(sigaction(SIGUSR1, &A, NULL) == 0);
}

static int Flags;
static __thread volatile int Caught;
static void count(int Signal) {
  (void)Signal;
  ++Caught;
}
/// The thread can wait, be signalled and block as before.
static void afterwards(void) {
  Caught = 0;
  sigset_t Before, After;
  CHECK(pthread_sigmask(SIG_BLOCK, NULL, &Before) == 0);
  CHECK(raise(SIGUSR2) == 0 && Caught == 1);
  CHECK(pthread_sigmask(SIG_BLOCK, NULL, &After) == 0);
  for (int I = 1; I <= 64; ++I)
    CHECK(sigismember(&Before, I) == sigismember(&After, I));
  char C;
  CHECK(write(Pipe[1], "x", 1) == 1 && read(Pipe[0], &C, 1) == 1 && C == 'x');
  sched_yield();
  usleep(1000);
}

static void everyCall(void) {
  static void (*const Calls[])(void) = {inRead,  inPoll,      inPpoll, inSelect,
                                        inPause, inSuspend,   inSleep, inLock,
                                        inGets,  inSystemCall};
  for (size_t I = 0; I < sizeof(Calls) / sizeof(*Calls); ++I)
    for (int Again = 0; Again < 2; ++Again) {
      install(Flags);
      leaves(Calls[I]);
      if (Calls[I] != inGets)
        afterwards();
    }
}

/// Who waits for a lock next gets it, also after main has left its wait.
static pthread_mutex_t Held = PTHREAD_MUTEX_INITIALIZER;
static Gate Holds, Release;
static void inHeld(void) { pthread_mutex_lock(&Held); }
static void *holder(void *Unused) {
  inHeld();
  post(&Holds);
  await(&Release, 1);
  CHECK(pthread_mutex_unlock(&Held) == 0);
  return Unused;
}
static void *next(void *Unused) {
  inHeld();
  CHECK(pthread_mutex_unlock(&Held) == 0);
  return Unused;
}
static void leavesLock(void) {
  Holds = Release = (Gate)GATE_INIT;
  pthread_t First = start(holder, NULL);
  await(&Holds, 1);
  install(0);
  leaves(inHeld);
  pthread_t Second = start(next, NULL);
  sleepMs(5); // It most likely waits then.
  post(&Release);
  join(Second);
  join(First);
}

/// A fault's handler.
static void onFault(int Signal) {
  (void)Signal;
  ++Handled;
  siglongjmp(Back, 1);
}
static void faults(void) {
  Handled = 0;
  for (int I = 0; I < 3; ++I)
    if (sigsetjmp(Back, 1) == 0)
      *(volatile int *)(intptr_t)64 = 1;
  CHECK(Handled == 3);
  CHECK(!isBlocked(SIGSEGV));
  afterwards();
}

/// The mask comes back, or not, as was asked for; also by other names.
static void masks(void) {
  static __thread sigjmp_buf With, Without;
  mask(SIG_UNBLOCK, SIGUSR2);
  if (sigsetjmp(With, 1) == 0) {
    mask(SIG_BLOCK, SIGUSR2);
    usleep(100);
    longjmp(With, 1);
  }
  CHECK(!isBlocked(SIGUSR2));
  if (sigsetjmp(With, 1) == 0) {
    mask(SIG_BLOCK, SIGUSR2);
    _longjmp(With, 1);
  }
  CHECK(!isBlocked(SIGUSR2));
  if (sigsetjmp(With, 1) == 0) {
    mask(SIG_BLOCK, SIGUSR2);
    __longjmp_chk(With, 1);
  }
  CHECK(!isBlocked(SIGUSR2));
  int R = sigsetjmp(Without, 0);
  if (R == 0) {
    mask(SIG_BLOCK, SIGUSR2);
    siglongjmp(Without, 0);
  }
  CHECK(R == 1 && isBlocked(SIGUSR2));
  mask(SIG_UNBLOCK, SIGUSR2);
}

/// A handler that jumps within itself does not leave what it interrupted.
static void within(int Signal) {
  static __thread sigjmp_buf Here;
  (void)Signal;
  if (sigsetjmp(Here, 1) == 0)
    siglongjmp(Here, 1);
  if (++Handled == 3)
    CHECK(write(Pipe[1], "x", 1) == 1);
}
static void jumpsWithin(void) {
  pthread_t Self = pthread_self();
  struct sigaction A = {0};
  A.sa_handler = within;
  A.sa_flags = SA_RESTART | Flags;
  CHECK(sigaction(SIGUSR1, &A, NULL) == 0);
  Handled = Stop = 0;
  pthread_t T = start(sender, &Self);
  char C;
  CHECK(read(Pipe[0], &C, 1) == 1);
  __atomic_store_n(&Stop, 1, __ATOMIC_SEQ_CST);
  join(T);
  CHECK(Handled >= 3);
  CHECK(signal(SIGUSR1, SIG_IGN) == within);
}

/// Cancellation works in a thread that has left a call so.
static void *waits(void *Unused) {
  (void)Unused;
  CHECK(pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL) == 0);
  install(0);
  leaves(inPause);
  // glibc's own type for the time of the call was left behind.
  CHECK(pthread_setcanceltype(PTHREAD_CANCEL_DEFERRED, NULL) == 0);
  CHECK(pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL) == 0);
  for (;;)
    inRead();
}
static void isCancelled(void) {
  void *Result;
  pthread_t T = start(waits, NULL);
  CHECK(pthread_cancel(T) == 0);
  CHECK(pthread_join(T, &Result) == 0 && Result == PTHREAD_CANCELED);
}

int main(void) {
  CHECK(signal(SIGUSR2, count) != SIG_ERR);
  CHECK(pipe(Pipe) == 0);
  CHECK(pthread_mutex_init(&Mutex, NULL) == 0);
  CHECK(pthread_mutex_lock(&Mutex) == 0);
  for (int I = 0; I < 2; ++I) {
    Flags = I ? SA_ONSTACK : 0;
    inThread(everyCall);
    jumpsWithin();
    inThread(jumpsWithin);
  }
  for (int I = 0; I < 3; ++I) {
    leavesLock();
    inThread(leavesLock);
  }
  CHECK(signal(SIGSEGV, onFault) == SIG_DFL);
  everywhere(faults);
  everywhere(masks);
  isCancelled();
  return 0;
}
