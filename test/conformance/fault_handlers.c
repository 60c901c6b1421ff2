// RUN: %clang %s -lm -o %t && %native %t
// RUN: %open_co_clang %s -lm -o %t.oc && %run %t.oc
// Intent: a handler of a fault runs where it would natively: on the stack that
// was interrupted, with all of its room, and on the thread's signal stack only
// with SA_ONSTACK. It may mend what was wrong, go on elsewhere, or jump; what
// it interrupted has its registers. A thread that has run out of stack ends the
// process, unless it has a signal stack.
#include "check.h"
#include <fenv.h>
#include <limits.h>
#include <math.h>
#include <setjmp.h>
#include <sys/mman.h>
#include <ucontext.h>

enum { SignalStackSize = 64 * 1024, Large = 512 * 1024 };

static _Thread_local sigjmp_buf Back;
static _Thread_local char *Place, *SignalStack;
static _Thread_local const char *Interrupted;
static _Thread_local volatile int Runs, InHandler;

static void handle(int Signal, void (*Handler)(int, siginfo_t *, void *),
                   int Flags) {
  struct sigaction A;
  memset(&A, 0, sizeof(A));
  A.sa_sigaction = Handler;
  A.sa_flags = SA_SIGINFO | Flags;
  sigaddset(&A.sa_mask, SIGUSR2);
  CHECK(sigaction(Signal, &A, NULL) == 0);
}

static void giveSignalStack(void) {
  stack_t S;
  memset(&S, 0, sizeof(S));
  S.ss_sp = SignalStack = malloc(SignalStackSize);
  S.ss_size = SignalStackSize;
  CHECK(sigaltstack(&S, NULL) == 0);
}

static void takeSignalStack(void) {
  stack_t S;
  memset(&S, 0, sizeof(S));
  S.ss_flags = SS_DISABLE;
  CHECK(sigaltstack(&S, NULL) == 0);
  free(SignalStack);
  SignalStack = NULL;
}

static int onSignalStack(const char *At) {
  return SignalStack && At >= SignalStack && At < SignalStack + SignalStackSize;
}

/// Uses more room than a signal stack has, and floating point.
static void seen(ucontext_t *Context) {
  char Room[Large];
  memset(Room, 1, sizeof(Room));
  CHECK(!onSignalStack(Room) && Room < Interrupted);
  CHECK((size_t)(Interrupted - Room) < 2 * Large);
  CHECK(fegetround() == FE_TONEAREST); // A handler begins with the default.
  fesetround(FE_UPWARD);
  volatile double D = 3;
  D = sqrt(D) + Room[Large - 1];
  sigset_t Mask;
  CHECK(pthread_sigmask(SIG_BLOCK, NULL, &Mask) == 0);
  CHECK(sigismember(&Mask, SIGUSR2) && !sigismember(&Mask, SIGHUP));
  CHECK(sigismember(&Context->uc_sigmask, SIGUSR2) == InHandler);
  ++Runs;
}

static void mends(int Signal, siginfo_t *Info, void *Context) {
  CHECK(Signal == SIGSEGV && Info->si_signo == Signal &&
        Info->si_addr == Place);
  CHECK(Info->si_code == SEGV_ACCERR);
  CHECK(mprotect(Place, 4096, PROT_READ | PROT_WRITE) == 0);
  seen(Context);
}

static void skips(int Signal, siginfo_t *Info, void *Context) {
  CHECK(Signal == SIGILL && Info->si_code > 0);
  ((ucontext_t *)Context)->uc_mcontext.gregs[REG_RIP] += 2; // ud2
  seen(Context);
}

static void jumps(int Signal, siginfo_t *Info, void *Context) {
  CHECK(Info->si_code > 0);
  seen(Context);
  siglongjmp(Back, Signal);
}

static void faultsItself(int Signal, siginfo_t *Info, void *Context) {
  CHECK(Signal == SIGFPE && Info->si_code == FPE_INTDIV);
  CHECK(mprotect(Place, 4096, PROT_NONE) == 0);
  InHandler = 1;
  *(volatile char *)Place = 5; // mends()
  InHandler = 0;
  CHECK(*Place == 5);
  seen(Context);
  siglongjmp(Back, Signal);
}

/// Sent to an OS thread of the thread's own, where the kernel delivers.
static void sent(int Signal, siginfo_t *Info, void *Context) {
  CHECK(Signal == SIGUSR1 && Info->si_code == SI_TKILL);
  seen(Context);
}

static void onItsStack(int Signal, siginfo_t *Info, void *Context) {
  CHECK(Info->si_code > 0 && Context);
  char Here = 0;
  CHECK(onSignalStack(&Here));
  ++Runs;
  siglongjmp(Back, Signal);
}

/// On a signal stack, a fault's handler stays there.
static void faultsThere(int Signal, siginfo_t *Info, void *Context) {
  (void)Info, (void)Context;
  handle(SIGSEGV, onItsStack, 0);
  *(volatile char *)8 = 1;
  CHECK(!Signal); // Not reached.
}

/// Faults with every register in use.
static void keepsRegisters(void) {
  double X[16];
  for (int I = 0; I < 16; ++I)
    X[I] = I + 0.5;
  CHECK(mprotect(Place, 4096, PROT_NONE) == 0);
  fesetround(FE_DOWNWARD);
  uint64_t Sum = 0, Above = 7;
  int Red = 0;
  asm volatile("movq $77, -128(%%rsp)\n\t" // Of the red zone.
               "movsd 8(%[x]), %%xmm1\n\t"
               "movsd 120(%[x]), %%xmm15\n\t"
               "movq $11, %%r11\n\t"
               "movb $3, (%[place])\n\t"
               "ud2\n\t"
               "addq %%r11, %[sum]\n\t"
               "movsd %%xmm1, 16(%[x])\n\t"
               "movsd %%xmm15, 24(%[x])\n\t"
               "movl -128(%%rsp), %[red]\n\t"
               : [sum] "+&r"(Sum), [red] "+&r"(Red)
               : [x] "r"(X), [place] "r"(Place)
               : "memory", "cc", "xmm1", "xmm15", "r11");
  CHECK(Sum == 11 && Red == 77 && Above == 7);
  CHECK(X[2] == 1.5 && X[3] == 15.5 && *Place == 3);
  CHECK(fegetround() == FE_DOWNWARD);
  fesetround(FE_TONEAREST);
  sched_yield();
}

static void divide(void) {
  int Low = 7, High = 0;
  asm volatile("divl %2" : "+a"(Low), "+d"(High) : "r"(0) : "cc");
}

static void faults(void) {
  char Here;
  Interrupted = &Here;
  Runs = 0;
  handle(SIGSEGV, mends, 0);
  handle(SIGILL, skips, 0);
  for (int I = 0; I < 5; ++I)
    keepsRegisters();
  CHECK(Runs == 10);
  handle(SIGFPE, faultsItself, 0);
  if (!sigsetjmp(Back, 1))
    divide();
  CHECK(Runs == 12);
  handle(SIGFPE, jumps, 0);
  for (volatile int I = 0; I < 3; ++I) {
    if (!sigsetjmp(Back, 1))
      divide();
    sched_yield();
  }
  CHECK(Runs == 15);
  handle(SIGSEGV, jumps, SA_ONSTACK);
  if (!sigsetjmp(Back, 1))
    *(volatile char *)8 = 1;
  CHECK(Runs == 16);
  cpu_set_t Cpus;
  CHECK(sched_getaffinity(0, sizeof(Cpus), &Cpus) == 0);
  CHECK(sched_setaffinity(0, sizeof(Cpus), &Cpus) == 0);
  handle(SIGUSR1, sent, SA_ONSTACK);
  CHECK(pthread_kill(pthread_self(), SIGUSR1) == 0 && Runs == 17);
}

static volatile int Deepest = INT_MAX;

static int deep(int N) {
  volatile char Room[512];
  Room[0] = (char)N;
  return Deepest > N ? deep(N + 1) + Room[0] : 0;
}

static void *everyFault(void *Arg) {
  Place = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  faults();
  // With SA_ONSTACK too, that was the stack which was interrupted.
  giveSignalStack();
  handle(SIGSEGV, onItsStack, SA_ONSTACK);
  Runs = 0;
  for (volatile int I = 0; I < 3; ++I)
    if (!sigsetjmp(Back, 1))
      deep(0);
  if (!sigsetjmp(Back, 1))
    *(volatile char *)8 = 1;
  CHECK(Runs == 4);
  handle(SIGUSR1, faultsThere, SA_ONSTACK);
  for (volatile int I = 0; I < 3; ++I)
    if (!sigsetjmp(Back, 1))
      raise(SIGUSR1);
  CHECK(Runs == 7);
  handle(SIGSEGV, mends, 0);
  keepsRegisters();
  CHECK(Runs == 9);
  takeSignalStack();
  munmap(Place, 4096);
  return Arg;
}

// -- Out of stack

static void survives(int Signal, siginfo_t *Info, void *Context) {
  (void)Signal, (void)Info, (void)Context;
  _exit(3);
}

static void *overflows(void *HasStack) {
  if (HasStack)
    giveSignalStack();
  deep(0);
  return NULL;
}

static void outOfStack(int Flags, int HasStack) {
  pid_t Child = fork();
  if (!Child) {
    handle(SIGSEGV, survives, Flags);
    join(start(overflows, HasStack ? (void *)&Deepest : NULL));
    _exit(0);
  }
  int Status;
  CHECK(waitpid(Child, &Status, 0) == Child);
  if (HasStack && Flags)
    CHECK(WIFEXITED(Status) && WEXITSTATUS(Status) == 3);
  else
    CHECK(WIFSIGNALED(Status) && WTERMSIG(Status) == SIGSEGV);
}

int main(void) {
  for (int I = 0; I < 4; ++I)
    outOfStack(I & 1 ? SA_ONSTACK : 0, I & 2);
  join(start(everyFault, NULL));
  everyFault(NULL);
  return 0;
}
