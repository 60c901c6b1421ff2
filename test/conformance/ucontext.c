// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: stacks that a program switches by itself, with its own mask for each,
// in main and in threads; a context blocks, moves to another thread, and ends.
// Rows: getcontext makecontext setcontext swapcontext
#include "check.h"
#include <stdint.h>
#include <ucontext.h>

enum { Size = 64 * 1024 };

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

/// A context that runs on a stack of its own, and who resumed it.
struct Task {
  ucontext_t Here, Caller;
  char *Stack;
  int Value, Ended, Pipe[2];
};

static void startTask(struct Task *T, void (*Run)(void)) {
  CHECK(KEEPS_ERRNO(getcontext(&T->Here)) == 0);
  T->Stack = malloc(Size);
  CHECK(T->Stack);
  T->Here.uc_stack.ss_sp = T->Stack;
  T->Here.uc_stack.ss_size = Size;
  T->Here.uc_link = &T->Caller;
  makecontext(&T->Here, Run, 2, (int)((uintptr_t)T >> 32), (int)(uintptr_t)T);
}

static struct Task *task(unsigned High, unsigned Low) {
  return (struct Task *)((uintptr_t)High << 32 | Low);
}

static int resume(struct Task *T) {
  CHECK(swapcontext(&T->Caller, &T->Here) == 0);
  return T->Value;
}

static void giveWay(struct Task *T, int Value) {
  T->Value = Value;
  CHECK(swapcontext(&T->Here, &T->Caller) == 0);
}

/// Blocks between the values that it gives.
static void readNumbers(int High, int Low) {
  struct Task *T = task((unsigned)High, (unsigned)Low);
  double Sum = 0.5;
  unsigned char C;
  while (read(T->Pipe[0], &C, 1) == 1) {
    Sum += C;
    giveWay(T, (int)(2 * Sum));
  }
  T->Ended = 1;
}

static void *feeder(void *Arg) {
  struct Task *T = Arg;
  for (unsigned char C = 1; C <= 3; ++C) {
    sched_yield();
    CHECK(write(T->Pipe[1], &C, 1) == 1);
  }
  CHECK(close(T->Pipe[1]) == 0);
  return NULL;
}

/// The task goes on in whichever thread resumes it.
static void *resumeOnce(void *Arg) { return (void *)(intptr_t)resume(Arg); }

static void blocks(int Elsewhere) {
  struct Task T = {0};
  CHECK(pipe(T.Pipe) == 0);
  startTask(&T, (void (*)(void))readNumbers);
  pthread_t Feeder = start(feeder, &T);
  CHECK(resume(&T) == 3);
  if (Elsewhere)
    CHECK((intptr_t)join(start(resumeOnce, &T)) == 7);
  else
    CHECK(resume(&T) == 7);
  CHECK(resume(&T) == 13 && !T.Ended);
  CHECK(resume(&T) == 13 && T.Ended);
  join(Feeder);
  close(T.Pipe[0]);
  free(T.Stack);
}

static void changeMask(int High, int Low) {
  struct Task *T = task((unsigned)High, (unsigned)Low);
  CHECK(!isBlocked(SIGUSR1)); // As when the context was made.
  mask(SIG_BLOCK, SIGUSR2);
  giveWay(T, 1);
  CHECK(isBlocked(SIGUSR2) && !isBlocked(SIGUSR1));
}

/// Each context has its mask; that of uc_link comes back at the end.
static void masks(void) {
  struct Task T = {0};
  startTask(&T, (void (*)(void))changeMask);
  mask(SIG_BLOCK, SIGUSR1);
  resume(&T);
  CHECK(isBlocked(SIGUSR1) && !isBlocked(SIGUSR2));
  resume(&T);
  CHECK(isBlocked(SIGUSR1) && !isBlocked(SIGUSR2));
  mask(SIG_UNBLOCK, SIGUSR1);
  free(T.Stack);
}

static __thread volatile int Handled;
static void handler(int Signal) { Handled = Signal; }

/// The mask is changed before the registers: a pending signal comes first.
static void pending(void) {
  volatile int Times = 0;
  ucontext_t Back;
  Handled = 0;
  CHECK(getcontext(&Back) == 0);
  if (Times++ == 0) {
    mask(SIG_BLOCK, SIGUSR1);
    CHECK(raise(SIGUSR1) == 0 && !Handled);
    setcontext(&Back);
    CHECK(!"setcontext returned");
  }
  CHECK(Times == 2 && Handled == SIGUSR1 && !isBlocked(SIGUSR1));
}

static __thread long Given[8];
static void noArguments(void) { Given[0] = 100; }
static void threeArguments(int A, int B, int C) {
  Given[0] = A, Given[1] = B, Given[2] = C;
}
static void eightArguments(int A, int B, int C, int D, int E, int F, int G,
                           int H) {
  CHECK((uintptr_t)__builtin_frame_address(0) % 16 == 0);
  Given[0] = A, Given[1] = B, Given[2] = C, Given[3] = D;
  Given[4] = E, Given[5] = F, Given[6] = G, Given[7] = H;
}

static void arguments(void) {
  ucontext_t Here, Callee;
  char *Stack = malloc(Size);
  for (int N = 0; N < 3; ++N) {
    CHECK(getcontext(&Callee) == 0);
    Callee.uc_stack.ss_sp = Stack;
    Callee.uc_stack.ss_size = Size - 8 * (size_t)N; // Of any alignment.
    Callee.uc_link = &Here;
    memset(Given, 0, sizeof Given);
    if (N == 0)
      makecontext(&Callee, noArguments, 0);
    else if (N == 1)
      makecontext(&Callee, (void (*)(void))threeArguments, 3, -1, 2, 3);
    else
      makecontext(&Callee, (void (*)(void))eightArguments, 8, 1, 2, 3, 4, 5, 6,
                  7, -8);
    CHECK(swapcontext(&Here, &Callee) == 0);
    CHECK(N != 0 || Given[0] == 100);
    CHECK(N != 1 || (Given[0] == -1 && Given[1] == 2 && Given[2] == 3));
    for (long I = 0; N == 2 && I < 7; ++I)
      CHECK(Given[I] == I + 1);
    CHECK(N != 2 || Given[7] == -8);
  }
  free(Stack);
}

static void nothing(void) {}

static void endsWithoutLink(void) {
  static char Stack[Size];
  ucontext_t Last;
  CHECK(getcontext(&Last) == 0);
  Last.uc_stack.ss_sp = Stack;
  Last.uc_stack.ss_size = Size;
  Last.uc_link = NULL;
  makecontext(&Last, nothing, 0);
  setcontext(&Last);
  _exit(1);
}

/// The process ends, with status 0.
static void noLink(void) { CHECK(inChild(endsWithoutLink) == 0); }

static void exits(int High, int Low) {
  pthread_exit(task((unsigned)High, (unsigned)Low));
}

/// pthread_exit on a stack of the program's.
static void *exitInContext(void *Arg) {
  startTask(Arg, (void (*)(void))exits);
  resume(Arg);
  return NULL;
}

static void all(void) {
  blocks(0);
  blocks(1);
  masks();
  pending();
  arguments();
  noLink();
}

int main(void) {
  struct sigaction A = {.sa_handler = handler};
  CHECK(sigaction(SIGUSR1, &A, NULL) == 0);
  everywhere(all);
  struct Task T = {0};
  CHECK(join(start(exitInContext, &T)) == &T);
  free(T.Stack);
  return 0;
}
