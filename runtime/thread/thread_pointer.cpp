// thread_pointer.cpp - who runs here, for code that asks by the word at %fs:0.
#include "thread/thread_block.h"

extern "C" {

/// What the compiler plugin makes of a read of the word at \p Offset in the OS
/// thread's block (%fs). The first word, and glibc's copy of it at 16, name the
/// thread: in a coroutine, its own block. Others are the OS thread's.
__attribute__((visibility("default"))) void *
__oc_thread_word(const void *Offset) noexcept {
  auto Where = reinterpret_cast<uintptr_t>(Offset);
  if (Where == 0 || Where == 16)
    if (oc::ThreadBlock *T = oc::currentThread())
      return T;
  void *Word;
  asm volatile("movq %%fs:(%1), %0" : "=r"(Word) : "r"(Where));
  return Word;
}
}
