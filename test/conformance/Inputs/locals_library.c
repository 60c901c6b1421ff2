// A library with thread_local variables of all kinds.
#include "locals_library.h"
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

__thread int LibraryInt = 41;
__thread char LibraryText[16] = "initial";
__thread int Overridden = -1;
__thread int WeakThere __attribute__((weak)) = 5;
__thread int Hidden __attribute__((visibility("hidden"))) = 100;
__thread int Protected __attribute__((visibility("protected"))) = 200;
__thread int Zero[5000];
static __thread int Static = 300;
static __thread char Page[3] __attribute__((aligned(4096))) = {1, 2, 3};
static __thread long Line __attribute__((aligned(64))) = 7;
static __thread const char *Pointer = &"xyz"[1];
static __thread int Total;

int *libraryInt(void) { return &LibraryInt; }
char *libraryText(void) { return LibraryText; }
int *libraryOverridden(void) { return &Overridden; }
int *libraryPrograms(void) { return &ProgramInt; }

int librarySum(void) {
  static __thread int InFunction = 400;
  return ++Hidden + ++Protected + ++Zero[4999] + ++Static + ++InFunction;
}

int libraryAligned(void) {
  return (uintptr_t)Page % 4096 == 0 && Page[2] == 3 &&
         (uintptr_t)&Line % 64 == 0 && Line == 7 && *Pointer == 'y';
}

int libraryRead(int Fd) {
  char C = 0;
  int *Address = &Total;
  ++Total;
  if (read(Fd, &C, 1) != 1 || Address != &Total)
    return -1;
  return Total += C;
}
