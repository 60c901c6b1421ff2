// The least runtime that a rewritten program links with: each wrapper is libc's
// function, and each OS thread has its own coroutine locals. The wrappers are
// weak: a program may define its own.

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define OC_HOOK(Name, ...)                                                     \
  __asm__(".weak __oc_" #Name  "\n.type __oc_" #Name ",@function\n"            \
          ".weak " #Name "\n"                                                  \
          "__oc_" #Name ": jmp *" #Name "@GOTPCREL(%rip)");
#define OC_ENTRY(Name, ...) OC_HOOK(Name)
#include "open_co/hooks.def"

enum { Page = 4096 };

__attribute__((weak)) __thread char *__oc_locals_base;
__thread size_t *__oc_locals_origins;

void __oc_locals_attach(size_t *Slot, char *Start, char *Stop) {
  *Slot = sizeof(size_t); // There is one image, the program's.
}

void __oc_locals_detach(size_t *Slot) {}

char *__oc_locals_init(size_t *Slot, char *Start, char *Stop) {
  if (__oc_locals_base)
    return __oc_locals_base;
  size_t Size = Stop - Start;
  char *Block = mmap(0, Size + 2 * Page, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (Block == MAP_FAILED)
    abort();
  // As far from a page's start as the section is, for its variables' alignment.
  Block += (uintptr_t)Start % Page;
  return __oc_locals_base = (char *)memcpy(Block, Start, Size) - (size_t)Start;
}

char *__oc_locals_elsewhere(char *Variable) {
  if (Variable)
    abort();
  return NULL;
}
