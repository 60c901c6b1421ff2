// own_stack.cpp - makes the frame that the kernel makes for a handler. What the
// handler returns to is the kernel's own way back.
#include "signal/own_stack.h"
#include "signal/signals.h"
#include "signal/user_copy.h"

#include <cstddef>
#include <cstdint>

namespace oc {
namespace {

constexpr size_t RedZone = 128; // Of the ABI: a function may use it.
constexpr greg_t FlagsOfHandlers = ~greg_t{0x10500}; // Without RF, DF and TF.

/// What the kernel has of a ucontext_t: no more than the mask's first word.
constexpr size_t ContextSize =
    offsetof(ucontext_t, uc_sigmask) + sizeof(uint64_t);

/// The kernel's struct rt_sigframe.
struct Frame {
  void *Restorer;
  char Context[ContextSize];
  siginfo_t Info;
};

/// The size of what the kernel saved of floating point and vectors
/// (asm/sigcontext.h: _fpx_sw_bytes).
size_t sizeOf(const _libc_fpstate &State) {
  constexpr size_t Described = 464, Least = 512;
  constexpr uint32_t Magic = 0x46505853;
  uint32_t Words[2];
  __builtin_memcpy(Words, reinterpret_cast<const char *>(&State) + Described,
                   sizeof(Words));
  return Words[0] == Magic ? Words[1] : Least;
}

char *alignDown(char *P, size_t Align) {
  return P - (reinterpret_cast<uintptr_t>(P) & (Align - 1));
}

} // namespace

bool leftOwnStack(const ucontext_t &Context) {
  const stack_t &S = Context.uc_stack;
  auto IsThere = [Low = reinterpret_cast<uintptr_t>(S.ss_sp),
                  &S](uintptr_t At) { return At - Low < S.ss_size; };
  auto Before = static_cast<uintptr_t>(Context.uc_mcontext.gregs[REG_RSP]);
  return !(S.ss_flags & SS_DISABLE) &&
         IsThere(reinterpret_cast<uintptr_t>(&Context)) && !IsThere(Before);
}

bool repeatOnOwnStack(KernelHandler *Handler, int Signal, const siginfo_t &Info,
                      ucontext_t &Context, const char *Lowest) {
  mcontext_t &M = Context.uc_mcontext;
  char *Top = reinterpret_cast<char *>(M.gregs[REG_RSP]) - RedZone;
  size_t Floats = M.fpregs ? sizeOf(*M.fpregs) : 0;
  char *FloatsAt = alignDown(Top - Floats, 64);
  char *At = alignDown(FloatsAt - sizeof(Frame), 16) - sizeof(void *);
  if (At < Lowest)
    return false;

  Frame New;
  New.Restorer = reinterpret_cast<void **>(&Context)[-1];
  __builtin_memcpy(New.Context, &Context, ContextSize);
  New.Info = Info;
  if (M.fpregs)
    __builtin_memcpy(New.Context + offsetof(ucontext_t, uc_mcontext.fpregs),
                     &FloatsAt, sizeof(FloatsAt));
  // A fault while we copy: there is no room either.
  uint64_t Faulty = bitOf(SIGSEGV) | bitOf(SIGBUS), Mask = 0;
  sys::signalMask(SIG_UNBLOCK, &Faulty, &Mask);
  bool Copied = copyUser(At, &New, sizeof(New)) &&
                (!M.fpregs || copyUser(FloatsAt, M.fpregs, Floats));
  sys::signalMask(SIG_SETMASK, &Mask, nullptr);
  if (!Copied)
    return false;

  *reinterpret_cast<uint64_t *>(&Context.uc_sigmask) = Mask;
  M.gregs[REG_RIP] = reinterpret_cast<greg_t>(Handler);
  M.gregs[REG_RDI] = Signal;
  M.gregs[REG_RSI] = reinterpret_cast<greg_t>(At + offsetof(Frame, Info));
  M.gregs[REG_RDX] = reinterpret_cast<greg_t>(At + offsetof(Frame, Context));
  M.gregs[REG_RAX] = 0;
  M.gregs[REG_RSP] = reinterpret_cast<greg_t>(At);
  M.gregs[REG_EFL] &= FlagsOfHandlers;
  M.fpregs = nullptr; // A handler begins with the default state.
  return true;
}

} // namespace oc
