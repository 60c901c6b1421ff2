// jump.cpp - siglongjmp and its kin. Out of a handler they leave frames of the
// runtime that lie below it: what those would have put right as they return is
// put right here; also where the stack is unwound. The mask that comes back is
// the thread's own.
#include "coro/held_locks.h"
#include "coro/sanitizer.h"
#include "libc/wrapper.h"
#include "sched/os_threads.h"
#include "sched/wait_queue.h"
#include "signal/handler.h"
#include "signal/signals.h"
#include "sync/once.h"
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

struct Range {
  const char *Low, *Top;
  bool has(const void *P) const { return P >= Low && P < Top; }
};

/// What handlers run on that ask for it: the OS thread's.
Range signalStack() {
  stack_t S{};
  sys::signalStack(nullptr, &S);
  if (S.ss_flags & SS_DISABLE)
    return {};
  auto *Low = static_cast<const char *>(S.ss_sp);
  return {Low, Low + S.ss_size};
}

/// The running thread's stack: made by the runtime, or the program's own.
/// Main's, and those of native threads, are the only ones that they have.
bool isOnStack(const void *P) {
  ThreadBlock *T = currentThread();
  return !T || Range{T->Memory.Low, T->Memory.top()}.has(P) ||
         Range{T->StackTop - T->StackSize, T->StackTop + 1}.has(P);
}

/// Which frames of the running thread are left by a jump to a frame, or by
/// unwinding down to one.
class Leaving {
public:
  Leaving(const Coroutine &C, const void *Target)
      : Target(static_cast<const char *>(Target)),
        // Without a handler nothing runs there.
        Signals(C.Handlers ? signalStack() : Range{}) {}

  /// Those on a signal stack, or on one of the program's own making, are left
  /// by each jump off it.
  bool leaves(const void *Frame) const {
    if (Signals.has(Frame) != Signals.has(Target))
      return Signals.has(Frame);
    if (isOnStack(Frame) != isOnStack(Target))
      return isOnStack(Target);
    return static_cast<const char *>(Frame) < Target;
  }

private:
  const char *Target;
  Range Signals;
};

void leaveWaits(Coroutine &C, const Leaving &Frames) {
  C.State.store(ParkState::Running);
  for (Waiter *W; (W = C.InnermostWait) && Frames.leaves(W);) {
    abandon(*W);
    if (W->Left)
      W->Left(*W);
  }
  for (NativeWait *W; (W = C.NativeWaits) && Frames.leaves(W);) {
    C.NativeWaits = W->Outer;
    pthread_setcancelstate(W->State, nullptr);
  }
}

/// Those of a thread of ours.
void leave(ThreadBlock &T, const Leaving &Frames, bool Unwound) {
  for (HeldLock *L = T.HeldLocks, *Next; L; L = Next) {
    Next = L->Next;
    if (L->Leave && Frames.leaves(L))
      L->Leave(T, *L, Unwound);
  }
  T.State.store(ParkState::Running); // It may be park() that is left.
  while (T.InCancellable && Frames.leaves(T.InCancellable))
    abandonCancellable(T);
  OsThread *Here = thisThread();
  if (Here->Opaque && Frames.leaves(Here->OpaqueAt))
    leaveOpaque(); // Another OS thread may take over.
  leaveWaits(T, Frames);
}

void leaveHandlers(Coroutine &C, const Leaving &Frames) {
  while (C.Handlers && Frames.leaves(C.Handlers))
    popHandler(C, *C.Handlers);
}

} // namespace

void leaveFrames(const void *Target) {
  Coroutine *C = currentCoroutine();
  if (ThreadBlock *T = currentThread()) {
    Leaving Frames(*T, Target);
    bool WasInHandler = T->InHandler;
    leaveHandlers(*T, Frames);
    bool IsOut = WasInHandler && !T->InHandler;
    if (IsOut && !T->ByKernel)
      sys::signalMask(SIG_SETMASK, &WorkerMask, nullptr);
    leave(*T, Frames, false);
    if (IsOut && T->CancelSent) {
      stayHere(*T); // libc has a request for this OS thread.
      becomeOsThread();
    }
    for (OnceCall *O = T->Initialisers, *Next; O; O = Next) {
      Next = O->Outer;
      if (Frames.leaves(O))
        leaveOnce(*O);
    }
    T->HandlerMask = 0; // What is blocked then is the program's choice.
  } else if (C && thisThread()->Foreign) { // Main, or a native thread.
    Leaving Frames(*C, Target);
    leaveHandlers(*C, Frames);
    leaveWaits(*C, Frames);
  }
}

namespace {

/// The innermost handler's, or the thread's outermost frame.
const void *unwindsTo(const ThreadBlock &T) {
  return T.Handlers ? static_cast<const void *>(T.Handlers) : T.StackTop;
}

} // namespace

void leaveFramesUnwound(ThreadBlock &T) {
  leave(T, Leaving(T, unwindsTo(T)), true);
}

void leaveWaitsUnwound(Coroutine &C) {
  const void *All = reinterpret_cast<void *>(UINTPTR_MAX);
  leaveWaits(C, Leaving(C, C.Handlers ? C.Handlers : All));
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
  leaveFrames(targetOf(To));
  restoreMask(To);
  To.__mask_was_saved = 0;
  Copy.Libc(&To, Copy.Value);
  __builtin_unreachable(); // Its type does not say so.
}

[[noreturn]] void start(const Jump &J) {
  ThreadBlock *T = currentThread();
  char *Target = targetOf(*J.To);
  if (!T || !T->Handlers)
    jump(J);
  Range Signals = signalStack();
  if (!Signals.has(__builtin_frame_address(0)) || Signals.has(Target))
    jump(J);
  ownFramesLeft(*T, Target);
  // On a signal stack of its own it may stay until libc jumps.
  if (T->Bound.load(std::memory_order_relaxed))
    jump(J);
  // The caller is on a signal stack, which is the OS thread's. Below the frames
  // of which something is still needed there is room.
  auto Keep = [&](const void *P) {
    if (P && isOnStack(P))
      Target = std::min(Target, static_cast<char *>(const_cast<void *>(P)));
  };
  Keep(T->InCancellable);
  for (Waiter *W = T->InnermostWait; W; W = W->Outer)
    Keep(W);
  for (HandlerCall *H = T->Handlers; H; H = H->Outer)
    Keep(H);
  for (HeldLock *L = T->HeldLocks; L; L = L->Next)
    Keep(L);
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
