// sanitizer.h - tells the sanitizer that the program was compiled with, if any,
// what it cannot see: the runtime is not instrumented (but for tests, by the
// presets asan and tsan), so ThreadSanitizer knows nothing of its hand-overs,
// and MemorySanitizer nothing of what it wrote.
// Stack switches are in coro/sanitizer.h, system calls in sys/program_io.h.
//
// All these functions are weak: in a program without the sanitizer they are
// null, and telling is a branch that is never taken.
#ifndef OPEN_CO_SYS_SANITIZER_H
#define OPEN_CO_SYS_SANITIZER_H

#include "sys/left_frames.h"

#include <cstddef>
#include <cstdint>
#include <cstring>

#ifndef __has_feature // GCC before 14.
#define __has_feature(Name) 0
#endif

// From <sanitizer/tsan_interface.h>, its Java interface (tsan_interface_java.h
// in compiler-rt), and <sanitizer/msan_interface.h>.
extern "C" {
[[gnu::weak]] void __tsan_acquire(void *);
[[gnu::weak]] void __tsan_release(void *);
[[gnu::weak]] void __tsan_mutex_pre_lock(void *, unsigned Flags);
[[gnu::weak]] void __tsan_mutex_post_lock(void *, unsigned Flags, int Depth);
[[gnu::weak]] int __tsan_mutex_pre_unlock(void *, unsigned Flags);
[[gnu::weak]] void __tsan_mutex_post_unlock(void *, unsigned Flags);
[[gnu::weak]] void __tsan_java_alloc(uintptr_t, uintptr_t Bytes);
[[gnu::weak]] void __tsan_java_free(uintptr_t, uintptr_t Bytes);
[[gnu::weak]] void *__tsan_get_current_fiber();
[[gnu::weak]] void *__tsan_create_fiber(unsigned Flags);
[[gnu::weak]] void __tsan_destroy_fiber(void *Fiber);
[[gnu::weak]] void __tsan_switch_to_fiber(void *Fiber, unsigned Flags);
[[gnu::weak]] void __msan_unpoison(const volatile void *, size_t);
[[gnu::weak]] void __msan_unpoison_param(size_t);
}

/// A function of the runtime that reads what it should not, on purpose. A
/// runtime that is instrumented itself does not look there.
#ifdef __clang__ // no_sanitize leaves ThreadSanitizer the atomic accesses.
#define OC_UNCHECKED __attribute__((disable_sanitizer_instrumentation))
#else
#define OC_UNCHECKED __attribute__((no_sanitize("address", "thread")))
#endif

namespace oc::sanitizer {

/// What happened before release(P) on any thread has happened for the caller.
inline void acquire(const volatile void *P) {
  if (__tsan_acquire) [[unlikely]]
    __tsan_acquire(const_cast<void *>(P));
}
inline void release(const volatile void *P) {
  if (__tsan_release) [[unlikely]]
    __tsan_release(const_cast<void *>(P));
}

/// The frames of the running thread are about to be left, by other ways than
/// their ends.
inline void leavingFrames() {
  if (__asan_handle_no_return) [[unlikely]]
    __asan_handle_no_return();
}

/// The frames from \p Low to \p High, of any stack, have been left in such a
/// way.
inline void framesLeft(const char *Low, const char *High) {
  if (__asan_unpoison_memory_region && Low < High) [[unlikely]]
    __asan_unpoison_memory_region(Low, static_cast<size_t>(High - Low));
}

/// How a lock is taken, in the flags of __tsan_mutex_*.
enum LockFlags : unsigned {
  Exclusive = 0,
  Recursive = 1 << 1, // __tsan_mutex_write_reentrant
  Shared = 1 << 3,    // __tsan_mutex_read_lock
  /// __tsan_mutex_try_lock: no part of an order of locks. Also with a deadline.
  Try = 1 << 4,
};

/// While one exists, a function of ThreadSanitizer's called the caller's, and
/// says itself what becomes of the lock. The thread stays on its OS thread.
/// In such a call ThreadSanitizer sees reads and writes, but no atomic access.
/// Those of a runtime that is instrumented itself are another thread's to it,
/// which begins and ends with the call; inlined, see coro/sanitizer.h.
class Knows {
public:
  [[gnu::always_inline]] Knows() {
    ++Count;
#if __has_feature(thread_sanitizer)
    Caller = __tsan_get_current_fiber();
    Mine = __tsan_create_fiber(0);
    __tsan_switch_to_fiber(Mine, 0);
#endif
  }
  [[gnu::always_inline]] ~Knows() {
#if __has_feature(thread_sanitizer)
    __tsan_switch_to_fiber(Caller, 0);
    __tsan_destroy_fiber(Mine);
#endif
    --Count;
  }
  Knows(const Knows &) = delete;
  Knows &operator=(const Knows &) = delete;

  static inline thread_local constinit unsigned Count = 0;

private:
#if __has_feature(thread_sanitizer)
  void *Caller, *Mine;
#endif
};

/// The caller has taken the lock \p P. In one step, after any wait: between
/// the two calls ThreadSanitizer ignores what the thread does.
inline void locked(void *P, unsigned Flags = Exclusive) {
  if (__tsan_mutex_pre_lock && !Knows::Count) [[unlikely]] {
    __tsan_mutex_pre_lock(P, Flags);
    __tsan_mutex_post_lock(P, Flags, 1);
  }
}
/// The caller is about to give it back.
inline void unlocking(void *P, unsigned Flags = Exclusive) {
  if (__tsan_mutex_pre_unlock && !Knows::Count) [[unlikely]] {
    __tsan_mutex_pre_unlock(P, Flags & Shared);
    __tsan_mutex_post_unlock(P, Flags & Shared);
  }
}

/// The runtime has given the \p Bytes at \p P a value.
inline void written(const volatile void *P, size_t Bytes) {
  if (__msan_unpoison) [[unlikely]]
    __msan_unpoison(P, Bytes);
}
template <typename T> void written(const T &Object) {
  written(&Object, sizeof Object);
}

/// Sets \p To, which is the program's.
template <typename T, typename U> void give(T &To, U Value) {
  To = Value;
  written(To);
}

/// The \p Bytes at \p P are another object from here on: what any thread did to
/// the one before is no race. ThreadSanitizer counts in words of 8 bytes.
inline void renewed(const volatile void *P, size_t Bytes) {
  if (__tsan_java_alloc) [[unlikely]] {
    auto Begin = reinterpret_cast<uintptr_t>(P), End = Begin + Bytes;
    Begin &= ~uintptr_t{7};
    __tsan_java_alloc(Begin, (End - Begin + 7) & ~uintptr_t{7});
    __tsan_java_free(Begin, 8); // The record of the block; it is not needed.
  }
}

inline bool isThreadSanitizer() { return __tsan_acquire; }

/// The kernel has a handler of the sanitizer's, which calls ours.
inline bool hasOwnHandlers() { return __tsan_acquire || __msan_unpoison; }

/// Before the OS thread waits: ThreadSanitizer puts signals off until the next
/// call that it knows.
inline void handleSignals() {
  if (isThreadSanitizer()) [[unlikely]] {
    size_t (*volatile Known)(const char *) = strlen; // Any that it knows.
    Known("");
  }
}

/// The runtime is about to call a function of the program with \p Count
/// arguments.
inline void calling(size_t Count) {
  if (__msan_unpoison_param) [[unlikely]]
    __msan_unpoison_param(Count);
}

} // namespace oc::sanitizer

#endif
