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

__thread void *__oc_locals_base __attribute__((tls_model("initial-exec")));

void *__oc_locals_init(const char *Start, const char *Stop) {
  if (__oc_locals_base)
    return __oc_locals_base;
  size_t Size = Stop - Start;
  char *Block = mmap(0, Size + 2 * Page, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (Block == MAP_FAILED)
    abort();
  // As far from a page's start as the section is, for its variables' alignment.
  Block += (uintptr_t)Start % Page;
  return __oc_locals_base = memcpy(Block, Start, Size);
}
