// frames.h - frames that AddressSanitizer marks, and what it reports if they
// are left and their marks stay.
#ifndef OPEN_CO_TEST_FRAMES_H
#define OPEN_CO_TEST_FRAMES_H

#include "check.h"

static char SignalStack[65536];

// The sanitizer does not move variables to the heap where there is assembly.
#define USE(Array) __asm__ volatile("" : : "r"(Array) : "memory")

/// As libraries that are not instrumented: only libc's functions are checked.
__attribute__((noinline, no_sanitize("address"))) static void use(int Depth) {
  char Frame[3000];
  memset(Frame, Depth, sizeof Frame);
  USE(Frame);
  if (Depth)
    use(Depth - 1);
  USE(Frame);
}

/// Calls \p Leave, which does not return, below \p Depth frames.
__attribute__((noinline)) static void go(void (*Leave)(void), int Depth) {
  char Frame[200], Other[40];
  USE(Frame);
  USE(Other);
  if (Depth)
    go(Leave, Depth - 1);
  else
    Leave();
  USE(Frame);
  USE(Other);
}

static void setSignalStack(void) {
  stack_t Stack;
  memset(&Stack, 0, sizeof Stack);
  Stack.ss_sp = SignalStack;
  Stack.ss_size = sizeof SignalStack;
  CHECK(sigaltstack(&Stack, NULL) == 0);
}

#endif
