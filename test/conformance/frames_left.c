// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: frames that are left from a signal stack or a context, by a jump or
// as their thread ends there, are left for AddressSanitizer, too: what uses the
// stack next, in this thread or in another, is not reported.
#include "Inputs/frames.h"
#include <setjmp.h>
#include <ucontext.h>

static char Given[512 * 1024] __attribute__((aligned(4096)));
static char ContextStack[65536];
static __thread sigjmp_buf Back;
static int Ended;

static void cleanUp(void *Arg) {
  use(10);
  *(int *)Arg = 1;
}

static void jump(void) { siglongjmp(Back, 1); }
static void end(void) { pthread_exit(&Ended); }

static void (*InHandler)(void);
static void handler(int Signal) {
  (void)Signal;
  go(InHandler, 3);
}
static void interrupt(void) { raise(SIGUSR1); }
static void exitInContext(void) { go(end, 3); }
static void enterContext(void) {
  static ucontext_t Context;
  CHECK(getcontext(&Context) == 0);
  Context.uc_stack.ss_sp = ContextStack;
  Context.uc_stack.ss_size = sizeof ContextStack;
  makecontext(&Context, exitInContext, 0);
  setcontext(&Context);
  CHECK(!"setcontext returns");
}

static void *jumps(void *Arg) {
  setSignalStack();
  InHandler = jump;
  if (sigsetjmp(Back, 1) == 0)
    go(interrupt, 20);
  use(10);
  return Arg;
}
static void *ends(void *Arg) {
  setSignalStack();
  InHandler = end;
  go(Arg, 20);
  return NULL;
}
static void *cleansUp(void *Arg) {
  pthread_cleanup_push(cleanUp, &Ended);
  ends(Arg);
  pthread_cleanup_pop(0);
  return NULL;
}
static void *uses(void *Arg) {
  use(30);
  return Arg;
}

static void *onStack(int IsGiven, void *(*Function)(void *), void *Arg) {
  pthread_attr_t Attr;
  pthread_t T;
  CHECK(pthread_attr_init(&Attr) == 0);
  if (IsGiven)
    CHECK(pthread_attr_setstack(&Attr, Given, sizeof Given) == 0);
  CHECK(pthread_create(&T, &Attr, Function, Arg) == 0);
  CHECK(pthread_attr_destroy(&Attr) == 0);
  return join(T);
}

int main(void) {
  struct sigaction A = {.sa_handler = handler, .sa_flags = SA_ONSTACK};
  CHECK(sigaction(SIGUSR1, &A, NULL) == 0);
  for (int IsGiven = 0; IsGiven < 2; ++IsGiven) {
    CHECK(onStack(IsGiven, jumps, &Back) == &Back);
    onStack(IsGiven, uses, NULL);
    CHECK(onStack(IsGiven, ends, interrupt) == &Ended);
    onStack(IsGiven, uses, NULL);
    CHECK(onStack(IsGiven, ends, enterContext) == &Ended);
    onStack(IsGiven, uses, NULL);
    CHECK(onStack(IsGiven, cleansUp, interrupt) == &Ended && Ended);
    onStack(IsGiven, uses, NULL);
    Ended = 0;
  }
  return 0;
}
