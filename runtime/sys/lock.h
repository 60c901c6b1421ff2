// lock.h - the runtime's own lock. It blocks the OS thread, so it is held for
// a few instructions and never across a suspension or user code.
#ifndef OPEN_CO_SYS_LOCK_H
#define OPEN_CO_SYS_LOCK_H

#include "sys/inside.h"
#include "sys/syscall.h"

#include <atomic>

namespace oc {

/// A futex lock of three states (Drepper, "Futexes are tricky", mutex 2).
/// Usable with std::lock_guard. Zero is unlocked.
class Lock {
public:
  void lock() {
    enterRuntime();
    uint32_t Free = 0;
    // Acquire: pairs with the release in unlock().
    if (!State.compare_exchange_strong(Free, 1, std::memory_order_acquire,
                                       std::memory_order_relaxed))
      lockSlow();
  }

  void unlock() {
    if (State.exchange(0, std::memory_order_release) == 2)
      sys::futexWake(&State, 1);
    leaveRuntime();
  }

  /// In a forked child: its holder no longer exists.
  void reset() { State.store(0, std::memory_order_relaxed); }

private:
  bool tryLock() {
    uint32_t Free = 0;
    return State.compare_exchange_strong(Free, 1, std::memory_order_acquire,
                                         std::memory_order_relaxed);
  }

  void lockSlow() {
    // The holder is usually running and done within a microsecond.
    for (int I = 0; I < 100; ++I) {
      __builtin_ia32_pause();
      if (State.load(std::memory_order_relaxed) == 0 && tryLock())
        return;
    }
    while (State.exchange(2, std::memory_order_acquire) != 0)
      sys::futexWait(&State, 2);
  }

  std::atomic<uint32_t> State{0};
};

} // namespace oc

#endif
