// jump.cpp - siglongjmp and its kin. Out of a handler they leave frames of the
// runtime that lie below it: what those would have put right as they return is
// put right here; also where the stack is unwound. The mask that comes back is
// the thread's own.
#include "coro/held_locks.h"
#include "libc/wrapper.h"
#include "sched/os_threads.h"
#include "sched/wait_queue.h"
#include "signal/handler.h"
#include "signal/signals.h"
#include "sys/sanitizer.h"
#include "thread/cancel.h"

#include <algorithm>
#include <csetjmp>

extern "C" {
// glibc's, for _FORTIFY_SOURCE.
void __longjmp_chk(__jmp_buf_tag *, int) noexcept __attribute__((noreturn));
// sigsetjmp.S
[[noreturn]] void __oc_call_on_stack(const void *Argument,
                                     void (*Function)(const void *), char *Top);
}

namespace oc {
namespace {

/// The words of __saved_mask from here on are not libc's: the kernel's set has
/// one, and a shadow stack's address may follow it.
constexpr int MarkWord = 8, MaskWord = 9;
constexpr unsigned long Mark = 0x6f70656e2d636f6d; // "open-com"

/// The stack pointer that \p To brings back: libc's PTR_DEMANGLE.
char *targetOf(const __jmp_buf_tag &To) {
  char *Target = reinterpret_cast<char *>(To.__jmpbuf[6]);
  asm("ror $0x11, %0\n\txor %%fs:0x30, %0" : "+r"(Target) : : "cc");
  return Target;
}

bool isOnStack(const Coroutine &C, const void *P) {
  auto *At = static_cast<const char *>(P);
  return At >= C.Memory.Low && At < C.Memory.top();
}

/// Whether a jump to \p Target leaves the frame at \p Frame. Frames on a signal
/// stack are left by each jump off it.
bool isLeft(const Coroutine &C, const void *Frame, const char *Target) {
  if (isOnStack(C, Frame) != isOnStack(C, Target))
    return isOnStack(C, Target);
  return static_cast<const char *>(Frame) < Target;
}

void leaveInnermostWait(Coroutine &C, bool Unwound) {
  Waiter &W = *C.InnermostWait;
  abandon(W);
  C.InnermostWait = W.Outer;
  if (Unwound && W.Unwound)
    W.Unwound(W);
}

void leaveWaits(Coroutine &C, const char *Target, bool Unwound) {
  while (C.InnermostWait && isLeft(C, C.InnermostWait, Target))
    leaveInnermostWait(C, Unwound);
}

void leaveHandlers(Coroutine &C, const char *Target) {
  while (C.Handlers && isLeft(C, C.Handlers, Target))
    popHandler(C);
}

void leave(ThreadBlock &T, const char *Target, bool Unwound) {
  OsThread *Here = thisThread();
  if (Here->InHandler && isLeft(T, Here->HandlerAt, Target)) {
    Here->InHandler = false;
    if (!T.ByKernel) // What the kernel blocked meanwhile.
      sys::signalMask(SIG_SETMASK, &WorkerMask, nullptr);
  }
  for (HeldLock *L = T.HeldLocks, *Next; L; L = Next) {
    Next = L->Next;
    if (L->Leave && isLeft(T, L, Target))
      L->Leave(T, *L, Unwound);
  }
  T.State.store(ParkState::Running); // It may be park() that is left.
  leaveWaits(T, Target, Unwound);
  while (T.InCancellable && isLeft(T, T.InCancellable, Target))
    abandonCancellable(T);
  Here = thisThread(); // A mutex may have been waited for.
  if (Here->Opaque && isLeft(T, Here->OpaqueAt, Target))
    leaveOpaque(); // Another OS thread may take over.
}

} // namespace

void leaveFrames(ThreadBlock &T, const char *Target) {
  leaveHandlers(T, Target);
  leave(T, Target, false);
}

void leaveFramesUnwound(ThreadBlock &T) {
  leave(T, T.Handlers ? reinterpret_cast<char *>(T.Handlers) : T.StackTop,
        true);
}

void leaveWaitsUnwound(Coroutine &C) {
  C.State.store(ParkState::Running);
  while (C.InnermostWait &&
         (!C.Handlers ||
          isLeft(C, C.InnermostWait, reinterpret_cast<char *>(C.Handlers))))
    leaveInnermostWait(C, true);
}

namespace {

/// Makes the mask in \p To the caller's. Pending signals come now, as natively.
void restoreMask(const __jmp_buf_tag &To) {
  if (!To.__mask_was_saved)
    return;
  bool IsOurs = To.__saved_mask.__val[MarkWord] == Mark;
  // Saved by prebuilt code: the OS thread's, which on a worker is nobody's.
  if (!IsOurs && suspendable())
    return;
  sigset_t Set;
  fromBits(To.__saved_mask.__val[IsOurs ? MaskWord : 0], Set);
  __oc_pthread_sigmask(SIG_SETMASK, &Set, nullptr);
}

struct Jump {
  const __jmp_buf_tag *To;
  int Value;
  decltype(::longjmp) *Libc;
};

[[noreturn]] void jump(const Jump &J) {
  __jmp_buf_tag To = *J.To;
  Jump Copy = J; // Another coroutine's handlers may use a signal stack next.
  if (ThreadBlock *T = currentThread()) {
    leaveFrames(*T, targetOf(To));
    T->HandlerMask = 0; // What is blocked then is the program's choice.
  } else if (OsThread *Here = thisThread(); Here && Here->Foreign) {
    // Main's, or a native thread's.
    leaveHandlers(*Here->Current, targetOf(To));
    leaveWaits(*Here->Current, targetOf(To), false);
  }
  restoreMask(To);
  To.__mask_was_saved = 0;
  Copy.Libc(&To, Copy.Value);
  __builtin_unreachable(); // Its type does not say so.
}

[[noreturn]] void start(const Jump &J) {
  ThreadBlock *T = currentThread();
  char *Target = targetOf(*J.To);
  if (!T || isOnStack(*T, __builtin_frame_address(0)) || !isOnStack(*T, Target))
    jump(J);
  // The caller is on a signal stack, which is the OS thread's. Below the frames
  // of which something is still needed there is room.
  if (T->InCancellable)
    Target = std::min(Target, reinterpret_cast<char *>(T->InCancellable));
  for (HeldLock *L = T->HeldLocks; L; L = L->Next)
    if (isOnStack(*T, L))
      Target = std::min(Target, reinterpret_cast<char *>(L));
  sanitizer::framesLeft(T->Memory.Low, Target);
  constexpr size_t RedZone = 128; // System V ABI, AMD64.
  __oc_call_on_stack(
      &J, [](const void *J) { jump(*static_cast<const Jump *>(J)); },
      Target - RedZone);
}

} // namespace
} // namespace oc

using namespace oc;

/// sigsetjmp.S calls it.
extern "C" __attribute__((visibility("hidden"))) void
__oc_save_mask(__jmp_buf_tag *Into) {
  Into->__saved_mask.__val[MarkWord] = Mark;
  Into->__saved_mask.__val[MaskWord] = currentMask();
}

OC_WRAPPER void __oc_longjmp(__jmp_buf_tag *To, int Value) noexcept {
  start({To, Value, longjmp});
}
OC_WRAPPER void __oc__longjmp(__jmp_buf_tag *To, int Value) noexcept {
  start({To, Value, _longjmp});
}
OC_WRAPPER void __oc_siglongjmp(__jmp_buf_tag *To, int Value) noexcept {
  start({To, Value, siglongjmp});
}
OC_WRAPPER void __oc___longjmp_chk(__jmp_buf_tag *To, int Value) {
  start({To, Value, __longjmp_chk});
}
