// context.cpp - stacks that the program switches by itself: makecontext(3), and
// the masks of contexts, which are the thread's. The switch is in context.S.
#include "coro/sanitizer.h"
#include "libc/wrapper.h"
#include "signal/signals.h"

#include <algorithm>
#include <cstdarg>
#include <cstddef>
#include <cstdlib>
#include <iterator>
#include <ucontext.h>

// context.S knows them.
static_assert(offsetof(ucontext_t, uc_mcontext.gregs) == 40);
static_assert(offsetof(ucontext_t, uc_mcontext.fpregs) == 40 + 23 * 8);
static_assert(offsetof(ucontext_t, __fpregs_mem) == 424);
static_assert(offsetof(_libc_fpstate, mxcsr) == 24);
static_assert(REG_RIP == 16 && REG_RSP == 15 && REG_RCX == 14);

extern "C" {
[[gnu::visibility("hidden")]] void __oc_context_end(); // context.S

/// context.S calls these.
[[gnu::visibility("hidden")]] void __oc_context_keep_mask(ucontext_t *To) {
  oc::fromBits(oc::currentMask(), To->uc_sigmask);
}
/// Pending signals come now, as natively.
[[gnu::visibility("hidden")]] void
__oc_context_set_mask(const ucontext_t *From) {
  __oc_pthread_sigmask(SIG_SETMASK, &From->uc_sigmask, nullptr);
}
[[gnu::visibility("hidden")]] void __oc_context_continue(ucontext_t *Link) {
  if (Link)
    __oc_setcontext(Link);
  __oc_exit(0); // As libc's.
}
}

OC_WRAPPER void __oc_makecontext(ucontext_t *U, void (*Start)(), int NumArgs,
                                 ...) noexcept {
  // Frames there may have been left for good.
  oc::sanitizer::written(U->uc_stack.ss_sp, U->uc_stack.ss_size);
  if (__asan_unpoison_memory_region)
    __asan_unpoison_memory_region(U->uc_stack.ss_sp, U->uc_stack.ss_size);
  // The calling convention of x86-64: six arguments in registers, the others
  // above the return address, which is below a multiple of 16.
  constexpr int InRegisters[] = {REG_RDI, REG_RSI, REG_RDX,
                                 REG_RCX, REG_R8,  REG_R9};
  constexpr int NumRegisters = std::size(InRegisters);
  auto Top = reinterpret_cast<uintptr_t>(U->uc_stack.ss_sp);
  Top += U->uc_stack.ss_size;
  Top -= sizeof(greg_t) *
         static_cast<unsigned>(std::max(0, NumArgs - NumRegisters));
  auto *Sp = reinterpret_cast<greg_t *>(Top & ~uintptr_t{15}) - 1;
  greg_t *Registers = U->uc_mcontext.gregs;
  va_list Args;
  va_start(Args, NumArgs);
  for (int I = 0; I < NumArgs; ++I)
    (I < NumRegisters ? Registers[InRegisters[I]] : Sp[1 + I - NumRegisters]) =
        va_arg(Args, greg_t);
  va_end(Args);
  *Sp = reinterpret_cast<greg_t>(__oc_context_end);
  Registers[REG_RIP] = reinterpret_cast<greg_t>(Start);
  Registers[REG_RSP] = reinterpret_cast<greg_t>(Sp);
  Registers[REG_RBX] = reinterpret_cast<greg_t>(U->uc_link);
  Registers[REG_RBP] = 0;
}
