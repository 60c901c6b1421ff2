// RUN: %clang %s -o %t && %native %t
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc
// Intent: a thread's stack holds what a native one does (alloca, arrays of
// variable length, large frames, nearly all of its size), while it is
// suspended, too; and it unwinds to a clean end, also below a signal handler.
#include "check.h"
#include <alloca.h>
#include <execinfo.h>
#include <unwind.h>

enum { KiB = 1 << 10, MiB = 1 << 20 };

static void pass(void) {
  sched_yield();
  sleepMs(1);
}

static void fill(volatile unsigned char *P, size_t N, int Seed) {
  for (size_t I = 0; I < N; I += 61)
    P[I] = (unsigned char)(I + (size_t)Seed);
}
static void holds(const volatile unsigned char *P, size_t N, int Seed) {
  for (size_t I = 0; I < N; I += 61)
    CHECK(P[I] == (unsigned char)(I + (size_t)Seed));
}

__attribute__((noinline)) static void allocated(int Count, size_t Size) {
  volatile unsigned char *P = alloca(Size);
  CHECK((uintptr_t)P % 16 == 0);
  fill(P, Size, Count);
  pass();
  if (Count)
    allocated(Count - 1, Size * 2);
  holds(P, Size, Count);
}

__attribute__((noinline)) static void variable(int Count, size_t Size) {
  for (int I = 0; I < 3; ++I) {
    volatile unsigned char Array[Size + (size_t)I];
    fill(Array, sizeof Array, I);
    pass();
    if (Count)
      variable(Count - 1, Size * 2);
    holds(Array, sizeof Array, I);
  }
}

__attribute__((noinline)) static void large(int Count) {
  volatile unsigned char Frame[MiB];
  fill(Frame, sizeof Frame, Count);
  pass();
  if (Count)
    large(Count - 1);
  holds(Frame, sizeof Frame, Count);
}

__attribute__((noinline)) static void aligned(int Count) {
  __attribute__((aligned(4096))) volatile unsigned char Page[4096];
  CHECK((uintptr_t)Page % 4096 == 0);
  fill(Page, sizeof Page, Count);
  pass();
  if (Count)
    aligned(Count - 1);
  holds(Page, sizeof Page, Count);
}

static void frames(void) {
  allocated(7, KiB);
  variable(2, KiB);
  large(5);
  aligned(3);
}

// -- To the last page

/// How far below the top of the stack the caller is.
__attribute__((noinline)) static size_t used(char *Top) {
  volatile char Here = 0;
  return (size_t)(Top - (char *)&Here);
}

__attribute__((noinline)) static int descend(char *Top, size_t To) {
  volatile char Frame[400] = {1};
  if (used(Top) >= To)
    return Frame[0];
  return descend(Top, To) + Frame[1];
}

/// All but what libc natively keeps at the top for itself.
static void *wholeStack(void *Arg) {
  volatile char Here = 0;
  CHECK(descend((char *)&Here, (size_t)Arg - 12 * KiB) == 1);
  return NULL;
}

static void depths(void) {
  static const size_t Sizes[] = {64 * KiB, 300 * KiB, 8 * MiB, 20 * MiB};
  for (int I = 0; I < 4; ++I) {
    pthread_attr_t Attr;
    pthread_t T;
    CHECK(pthread_attr_init(&Attr) == 0);
    CHECK(pthread_attr_setstacksize(&Attr, Sizes[I]) == 0);
    CHECK(pthread_create(&T, &Attr, wholeStack, (void *)Sizes[I]) == 0);
    join(T);
    CHECK(pthread_attr_destroy(&Attr) == 0);
  }
}

// -- Unwinding

typedef struct {
  int Depth, Limit;
} Walk;

static _Unwind_Reason_Code step(struct _Unwind_Context *C, void *Arg) {
  Walk *W = Arg;
  CHECK(_Unwind_GetIP(C) != 0 || W->Depth); // Zero at most at the end.
  return ++W->Depth < W->Limit ? _URC_NO_REASON : _URC_NORMAL_STOP;
}

/// \returns the number of frames above; the walk comes to its end.
__attribute__((noinline)) static int walk(void) {
  Walk W = {0, 1000};
  CHECK(_Unwind_Backtrace(step, &W) == _URC_END_OF_STACK);
  CHECK(W.Depth < 1000);
  return W.Depth;
}

__attribute__((noinline)) static void *returnAddress(void) {
  return __builtin_return_address(0);
}

/// backtrace() finds the same frames, and the return address.
__attribute__((noinline)) static void trace(void) {
  void *Frames[1000];
  int N = backtrace(Frames, 1000);
  CHECK(N > 2 && N < 1000);
  char **Names = backtrace_symbols(Frames, N);
  CHECK(Names && Names[0] && Names[N - 1]);
  free(Names);
  void *Address = returnAddress();
  CHECK((char *)Address > (char *)trace &&
        (char *)Address < (char *)trace + 4096);
  CHECK(walk() >= N - 1);
}

__attribute__((noinline)) static int nested(int Count) {
  int Depth = Count ? nested(Count - 1) : walk();
  trace();
  return Depth + 0 * Count;
}

static _Thread_local volatile int Handled, DepthThere;
static void handler(int Signal) {
  (void)Signal;
  DepthThere = walk();
  trace();
  Handled = 1;
}

static void unwinding(void) {
  int Direct = walk();
  int Deeper = nested(20);
  CHECK(Deeper > Direct);
  pass();
  CHECK(walk() == Direct);
  Handled = 0;
  CHECK(pthread_kill(pthread_self(), SIGUSR1) == 0);
  CHECK(Handled && DepthThere > Direct);
}

int main(void) {
  struct sigaction A = {.sa_handler = handler};
  CHECK(sigaction(SIGUSR1, &A, NULL) == 0);
  everywhere(unwinding);
  frames();
  inThreads(3, frames);
  depths();
  inThread(depths);
  return 0;
}
