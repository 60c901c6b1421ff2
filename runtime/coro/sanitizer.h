// sanitizer.h - tells AddressSanitizer and ThreadSanitizer about stack
// switches. A program that was compiled with one brings these functions; in
// others they are null. See also sys/sanitizer.h.
#ifndef OPEN_CO_CORO_SANITIZER_H
#define OPEN_CO_CORO_SANITIZER_H

#include "coro/os_thread.h"
#include "coro/valgrind.h"
#include "sys/sanitizer.h"

#include <algorithm>

extern "C" {
[[gnu::weak]] void __sanitizer_start_switch_fiber(void **Save, const void *Low,
                                                  size_t Size);
[[gnu::weak]] void __sanitizer_finish_switch_fiber(void *Saved,
                                                   const void **OldLow,
                                                   size_t *OldSize);
}

namespace oc {

/// __tsan_switch_to_fiber_no_sync: coroutines that share an OS thread are not
/// ordered by that, or no race between them would be found. A runtime that is
/// instrumented itself is ordered so: what it knows of a coroutine goes from
/// one to the next on the OS thread.
constexpr unsigned NoSync = !__has_feature(thread_sanitizer);

/// Before a coroutine's first resume, on a stack from \p Bottom to \p Top.
inline void createFiber(Coroutine &C, const char *Top, const char *Bottom) {
  C.SanitizerStackBottom = Bottom;
  C.SanitizerStackSize = static_cast<size_t>(Top - Bottom);
  C.ValgrindStack = valgrind::knowStack(Bottom, Top);
  sanitizer::written(Bottom, C.SanitizerStackSize); // Whoever had it before.
  if (__tsan_create_fiber)
    C.SanitizerFiber = __tsan_create_fiber(0);
}

/// \p C, which runs, leaves the frames of its own stack below \p Target, or
/// all, by other ways than their ends. From a signal stack: there
/// AddressSanitizer takes it for granted that what is left is the OS thread's
/// stack.
inline void ownFramesLeft(const Coroutine &C, const void *Target = nullptr) {
  auto *Bottom = static_cast<const char *>(C.SanitizerStackBottom);
  auto *Top = Bottom + C.SanitizerStackSize;
  auto *High = static_cast<const char *>(Target);
  sanitizer::framesLeft(Bottom, High ? std::min(High, Top) : Top);
}

/// After a coroutine's last suspension. Its last frames have not returned, and
/// are still marked: all, if it has not come back to its own stack.
inline void destroyFiber(Coroutine &C) {
  auto *Bottom = static_cast<const char *>(C.SanitizerStackBottom);
  auto *Top = Bottom + C.SanitizerStackSize;
  auto *Last = static_cast<const char *>(C.Context);
  bool IsThere = Last >= Bottom && Last < Top;
  sanitizer::framesLeft(IsThere ? Last : Bottom, Top);
  if (__tsan_destroy_fiber)
    __tsan_destroy_fiber(C.SanitizerFiber);
  valgrind::forgetStack(C.ValgrindStack);
}

/// Before the scheduler of \p T jumps to \p C. Inlined, as is its counterpart:
/// ThreadSanitizer keeps a stack of calls for each fiber, and a function has to
/// return on the one where it was called.
[[gnu::always_inline]] inline void startSwitchTo(Coroutine &C, OsThread &T) {
  if (__sanitizer_start_switch_fiber)
    __sanitizer_start_switch_fiber(&T.SanitizerStack, C.SanitizerStackBottom,
                                   C.SanitizerStackSize);
  if (__tsan_switch_to_fiber) {
    T.SanitizerFiber = __tsan_get_current_fiber();
    __tsan_switch_to_fiber(C.SanitizerFiber, NoSync);
    sanitizer::acquire(&T); // The beginning of the OS thread made its TLS.
    // Coroutines that share the OS thread share the words, and what they hold
    // is each one's own.
    sanitizer::renewed(T.Errno, sizeof(int));
    sanitizer::renewed(T.HErrno, sizeof(int));
    if (T.Exceptions)
      sanitizer::renewed(T.Exceptions, sizeof *T.Exceptions);
    if (T.OnceCallable) {
      sanitizer::renewed(T.OnceCallable, sizeof *T.OnceCallable);
      sanitizer::renewed(T.OnceCall, sizeof *T.OnceCall);
    }
  }
}

/// After the jump back, on the scheduler's stack.
inline void finishSwitchToScheduler(OsThread &T) {
  if (__sanitizer_finish_switch_fiber)
    __sanitizer_finish_switch_fiber(T.SanitizerStack, nullptr, nullptr);
}

/// Before a coroutine jumps to the scheduler of \p T. \returns what
/// finishSwitch() wants.
[[gnu::always_inline]] inline void *startSwitchFrom(OsThread &T) {
  void *FakeStack = nullptr;
  // The frames of a coroutine that ends are given back.
  if (__sanitizer_start_switch_fiber)
    __sanitizer_start_switch_fiber(T.Then == After::End ? nullptr : &FakeStack,
                                   T.SanitizerStackBottom,
                                   T.SanitizerStackSize);
  if (__tsan_switch_to_fiber) {
    // The end of an OS thread destroys what its last coroutine left there.
    bool Sync = T.Then == After::End && T.Retires;
    __tsan_switch_to_fiber(T.SanitizerFiber, Sync ? 0 : NoSync);
  }
  return FakeStack;
}

/// After the jump, on the coroutine's stack.
inline void finishSwitch(void *FakeStack, OsThread *T) {
  if (__sanitizer_finish_switch_fiber)
    __sanitizer_finish_switch_fiber(FakeStack, &T->SanitizerStackBottom,
                                    &T->SanitizerStackSize);
}

} // namespace oc

#endif
