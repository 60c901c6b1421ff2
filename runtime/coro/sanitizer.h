// sanitizer.h - tells AddressSanitizer and ThreadSanitizer about stack
// switches. A program that was compiled with one brings these functions; in
// others they are null.
#ifndef OPEN_CO_CORO_SANITIZER_H
#define OPEN_CO_CORO_SANITIZER_H

#include "coro/os_thread.h"

extern "C" {
[[gnu::weak]] void __sanitizer_start_switch_fiber(void **Save, const void *Low,
                                                  size_t Size);
[[gnu::weak]] void __sanitizer_finish_switch_fiber(void *Saved,
                                                   const void **OldLow,
                                                   size_t *OldSize);
[[gnu::weak]] void *__tsan_get_current_fiber();
[[gnu::weak]] void *__tsan_create_fiber(unsigned Flags);
[[gnu::weak]] void __tsan_destroy_fiber(void *Fiber);
[[gnu::weak]] void __tsan_switch_to_fiber(void *Fiber, unsigned Flags);
}

namespace oc {

/// Before a coroutine's first resume, on a stack from \p Bottom to \p Top.
inline void createFiber(Coroutine &C, const char *Top, const char *Bottom) {
  C.SanitizerStackBottom = Bottom;
  C.SanitizerStackSize = static_cast<size_t>(Top - Bottom);
  if (__tsan_create_fiber)
    C.SanitizerFiber = __tsan_create_fiber(0);
}

/// After a coroutine's last suspension.
inline void destroyFiber(Coroutine &C) {
  if (__tsan_destroy_fiber)
    __tsan_destroy_fiber(C.SanitizerFiber);
}

/// Before the scheduler of \p T jumps to \p C.
inline void startSwitchTo(Coroutine &C, OsThread &T) {
  if (__sanitizer_start_switch_fiber)
    __sanitizer_start_switch_fiber(&T.SanitizerStack, C.SanitizerStackBottom,
                                   C.SanitizerStackSize);
  if (__tsan_switch_to_fiber) {
    T.SanitizerFiber = __tsan_get_current_fiber();
    __tsan_switch_to_fiber(C.SanitizerFiber, 0);
  }
}

/// After the jump back, on the scheduler's stack.
inline void finishSwitchToScheduler(OsThread &T) {
  if (__sanitizer_finish_switch_fiber)
    __sanitizer_finish_switch_fiber(T.SanitizerStack, nullptr, nullptr);
}

/// Before a coroutine jumps to the scheduler of \p T. \returns what
/// finishSwitch() wants.
inline void *startSwitchFrom(OsThread &T) {
  void *FakeStack = nullptr;
  // The frames of a coroutine that ends are given back.
  if (__sanitizer_start_switch_fiber)
    __sanitizer_start_switch_fiber(T.Then == After::End ? nullptr : &FakeStack,
                                   T.SanitizerStackBottom,
                                   T.SanitizerStackSize);
  if (__tsan_switch_to_fiber)
    __tsan_switch_to_fiber(T.SanitizerFiber, 0);
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
