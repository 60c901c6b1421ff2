// actions.c - operations on signals by the older functions, on handlers' stacks
// and on jumps. Handlers belong to the process: each has a signal that no other
// operation uses.
#include "../run.h"

#include <ucontext.h>

#pragma clang diagnostic ignored "-Wdeprecated-declarations"

extern int __xpg_sigpause(int);
extern void __longjmp_chk(struct __jmp_buf_tag *, int);

static __thread volatile int Runs;
static void count(int Signal) {
  (void)Signal;
  ++Runs;
}

static const char *nameOf(void (*Handler)(int)) {
  return Handler == SIG_ERR    ? "error"
         : Handler == SIG_DFL  ? "default"
         : Handler == SIG_IGN  ? "ignored"
         : Handler == SIG_HOLD ? "held"
         : Handler == count    ? "ours"
                               : "other";
}

static void sayHandler(Run *R, const char *Name, void (*Handler)(int)) {
  int Error = errno;
  say(R, " %s=%s", Name, nameOf(Handler));
  if (Error != Sentinel)
    say(R, " %s", errorName(Error));
}
#define HANDLER(Name, ...) sayHandler(R, #Name, CALL(Name, __VA_ARGS__))

/// System V's.
OP(sigset, "") {
  int S = SIGRTMIN + 9;
  if (!alone())
    return;
  Runs = 0;
  HANDLER(sigset, S, count);
  RESULT(sighold, S);
  RESULT(raise, S);
  CALL(sched_yield);
  say(R, " %d", Runs);
  RESULT(sigrelse, S);
  say(R, " %d", Runs);
  HANDLER(sigset, S, SIG_HOLD);
  RESULT(raise, S);
  say(R, " %d", Runs);
  RESULT(__xpg_sigpause, S); // It is there already.
  say(R, " %d", Runs);
  HANDLER(sigset, S, count);
  RESULT(sigignore, S);
  RESULT(raise, S);
  say(R, " %d", Runs);
  HANDLER(sigset, S, SIG_DFL);
  HANDLER(sigset, 99, count);
  RESULT(sighold, 99);
  RESULT(sigrelse, 0);
  RESULT(sigignore, SIGKILL);
}

/// BSD's, which know the first 32 signals only.
OP(sigblock, "signal") {
  static const int Signals[] = {SIGUSR1, SIGUSR2, SIGWINCH};
  int S = Signals[A[0]], Before = me()->Caught[S];
  sigset_t Set;
  pthread_sigmask(SIG_SETMASK, NULL, &Set);
  RESULT(sigblock, 1 << (S - 1));
  RESULT(siggetmask);
  if (S != SIGWINCH)
    RESULT(raise, S);
  say(R, " caught=%d", me()->Caught[S] - Before);
  RESULT(sigsetmask, 0);
  say(R, " caught=%d", me()->Caught[S] - Before);
  RESULT(siggetmask);
  pthread_sigmask(SIG_SETMASK, &Set, NULL);
}

/// Whether signal() lets calls go on.
OP(siginterrupt, "on") {
  int S = SIGRTMIN + 10;
  struct sigaction Action = {0};
  if (!alone())
    return;
  HANDLER(signal, S, count);
  RESULT(siginterrupt, S, (int)A[0]);
  RESULT(sigaction, S, NULL, &Action);
  say(R, " %d", (Action.sa_flags & SA_RESTART) != 0);
  HANDLER(signal, S, count);
  RESULT(sigaction, S, NULL, &Action);
  say(R, " %d", (Action.sa_flags & SA_RESTART) != 0);
  RESULT(siginterrupt, 99, 1);
  HANDLER(ssignal, S, count);
  HANDLER(sysv_signal, S, SIG_IGN);
  HANDLER(signal, S, SIG_DFL);
}

// -- Handlers' stacks ---------------------------------------------------------

enum { StackSize = 64 * 1024 };
static __thread char *Stack;
static __thread volatile int WasThere, Flags;

static void onStack(int Signal) {
  char Here;
  stack_t S;
  char *At = &Here;
  (void)Signal;
  ++Runs;
  WasThere = Stack && At >= Stack && At < Stack + StackSize;
  CALL(sigaltstack, NULL, &S);
  Flags = S.ss_flags;
}

static void handleOnStack(Run *R) {
  struct sigaction Action = {.sa_handler = onStack, .sa_flags = SA_ONSTACK};
  RESULT(sigaction, SIGRTMIN + 11, &Action, NULL);
}

static void sayWhere(Run *R) {
  Runs = WasThere = 0;
  RESULT(raise, SIGRTMIN + 11);
  say(R, " %d there=%d flags=%x", Runs, WasThere, Flags);
}

OP_APART(sigaltstack, "via2") {
  stack_t Mine = {.ss_size = StackSize}, Old = {0};
  handleOnStack(R);
  RESULT(sigaltstack, NULL, &Old);
  say(R, " %x", Old.ss_flags);
  Mine.ss_sp = Stack = malloc(StackSize);
  Mine.ss_size = 1;
  RESULT(sigaltstack, &Mine, NULL);
  Mine.ss_size = StackSize;
  Mine.ss_flags = 12345;
  RESULT(sigaltstack, &Mine, NULL);
  RESULT(sigaltstack, (stack_t *)16, NULL);
  Mine.ss_flags = 0;
  if (A[0])
    RESULT(syscall, SYS_sigaltstack, &Mine, &Old);
  else
    RESULT(sigaltstack, &Mine, &Old);
  say(R, " %x", Old.ss_flags);
  sayWhere(R);
  CALL(usleep, 100);
  sayWhere(R);
  Mine.ss_flags = SS_DISABLE;
  RESULT(sigaltstack, &Mine, &Old);
  say(R, " %d %zu", Old.ss_sp == Stack, Old.ss_size);
  free(Stack);
  Stack = NULL;
  RESULT(sigaltstack, NULL, &Old);
  say(R, " %x", Old.ss_flags);
}

// -- Jumps --------------------------------------------------------------------

static int isBlocked(int Signal) {
  sigset_t Set;
  pthread_sigmask(SIG_SETMASK, NULL, &Set);
  return sigismember(&Set, Signal);
}

__attribute__((noinline, noreturn)) static void jump(sigjmp_buf To, long Way,
                                                     int Depth) {
  char Used[200];
  memset(Used, Depth, sizeof Used);
  __asm__ volatile("" : : "r"(Used) : "memory");
  if (Depth)
    jump(To, Way, Depth - 1);
  CALL(sched_yield);
  COUNT("__sigsetjmp");
  switch (Way) {
  case 0:
    COUNT("longjmp");
    longjmp(To, 5);
  case 1:
    COUNT("_longjmp");
    _longjmp(To, 0);
  case 2:
    COUNT("__longjmp_chk");
    __longjmp_chk(To, 7);
  default:
    COUNT("siglongjmp");
    siglongjmp(To, 8);
  }
}

/// Out of a few frames; the mask comes back if it was saved.
OP(jump, "via4 on") {
  sigjmp_buf To;
  sigset_t Set, Before;
  sigemptyset(&Set);
  sigaddset(&Set, SIGWINCH);
  pthread_sigmask(SIG_UNBLOCK, &Set, &Before);
  int Value = sigsetjmp(To, (int)A[1]);
  if (Value == 0) {
    pthread_sigmask(SIG_BLOCK, &Set, NULL);
    jump(To, A[0], 3);
  }
  say(R, " %d blocked=%d", Value, isBlocked(SIGWINCH));
  pthread_sigmask(SIG_SETMASK, &Before, NULL);
}

static __thread struct {
  ucontext_t Caller, Callee;
  int Given;
} Switch;

static void inContext(int A, int B, int C, int D, int E, int F, int G) {
  Switch.Given = A - B + C - D + E - F + G + 10 * isBlocked(SIGWINCH);
  CALL(sched_yield);
  CALL(swapcontext, &Switch.Callee, &Switch.Caller);
  Switch.Given += 20 * isBlocked(SIGWINCH);
}

/// To a stack of its own and back, twice, with another mask there.
OP(context, "on on") {
  sigset_t Set, Before;
  char *Stack = malloc(1 << 16);
  sigemptyset(&Set);
  sigaddset(&Set, SIGWINCH);
  pthread_sigmask(A[0] ? SIG_BLOCK : SIG_UNBLOCK, &Set, &Before);
  RESULT(getcontext, &Switch.Callee);
  Switch.Callee.uc_stack.ss_sp = Stack;
  Switch.Callee.uc_stack.ss_size = 1 << 16;
  Switch.Callee.uc_link = &Switch.Caller;
  makecontext(&Switch.Callee, (void (*)(void))inContext, 7, 1, 2, 3, 4, 5, 6,
              7);
  COUNT("makecontext");
  pthread_sigmask(A[1] ? SIG_BLOCK : SIG_UNBLOCK, &Set, NULL);
  RESULT(swapcontext, &Switch.Caller, &Switch.Callee);
  say(R, " %d blocked=%d", Switch.Given, isBlocked(SIGWINCH));
  volatile int Times = 0;
  getcontext(&Switch.Caller);
  if (Times++ == 0) {
    COUNT("setcontext");
    setcontext(&Switch.Callee);
  }
  say(R, " %d blocked=%d", Switch.Given, isBlocked(SIGWINCH));
  pthread_sigmask(SIG_SETMASK, &Before, NULL);
  free(Stack);
}
