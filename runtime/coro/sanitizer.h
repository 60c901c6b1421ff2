// sanitizer.h - tells AddressSanitizer and ThreadSanitizer about stack
// switches. Nothing in other builds.
#ifndef OPEN_CO_CORO_SANITIZER_H
#define OPEN_CO_CORO_SANITIZER_H

#include "coro/os_thread.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define OC_ASAN 1
#endif
#if __has_feature(thread_sanitizer)
#define OC_TSAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define OC_ASAN 1
#endif
#if defined(__SANITIZE_THREAD__)
#define OC_TSAN 1
#endif

#ifdef OC_ASAN
#include <sanitizer/common_interface_defs.h>
#endif
#ifdef OC_TSAN
#include <sanitizer/tsan_interface.h>
#endif

namespace oc {

/// Before a coroutine's first resume.
inline void createFiber([[maybe_unused]] Coroutine &C) {
#ifdef OC_TSAN
  C.SanitizerFiber = __tsan_create_fiber(0);
#endif
}

/// After a coroutine's last suspension.
inline void destroyFiber([[maybe_unused]] Coroutine &C) {
#ifdef OC_TSAN
  __tsan_destroy_fiber(C.SanitizerFiber);
#endif
}

/// Before the scheduler of \p T jumps to \p C.
inline void startSwitchTo([[maybe_unused]] Coroutine &C,
                          [[maybe_unused]] OsThread &T) {
#ifdef OC_ASAN
  __sanitizer_start_switch_fiber(&T.SanitizerStack, C.Memory.Low,
                                 C.Memory.Size);
#endif
#ifdef OC_TSAN
  T.SanitizerFiber = __tsan_get_current_fiber();
  __tsan_switch_to_fiber(C.SanitizerFiber, 0);
#endif
}

/// After the jump back, on the scheduler's stack.
inline void finishSwitchToScheduler([[maybe_unused]] OsThread &T) {
#ifdef OC_ASAN
  __sanitizer_finish_switch_fiber(T.SanitizerStack, nullptr, nullptr);
#endif
}

/// Before a coroutine jumps to the scheduler of \p T. \returns what
/// finishSwitch() wants.
inline void *startSwitchFrom([[maybe_unused]] OsThread &T) {
  void *FakeStack = nullptr;
#ifdef OC_ASAN
  // Null: it does not come back, and its fake stack is freed.
  __sanitizer_start_switch_fiber(T.Then == After::End ? nullptr : &FakeStack,
                                 T.SanitizerStackBottom, T.SanitizerStackSize);
#endif
#ifdef OC_TSAN
  __tsan_switch_to_fiber(T.SanitizerFiber, 0);
#endif
  return FakeStack;
}

/// After the jump, on the coroutine's stack.
inline void finishSwitch([[maybe_unused]] void *FakeStack,
                         [[maybe_unused]] OsThread *T) {
#ifdef OC_ASAN
  __sanitizer_finish_switch_fiber(FakeStack, &T->SanitizerStackBottom,
                                  &T->SanitizerStackSize);
#endif
}

} // namespace oc

#endif
