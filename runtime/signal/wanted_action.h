// wanted_action.h - what the program wants done about one signal. Handlers read
// it on any OS thread, and cannot wait for who changes it: that may be the
// thread that they have interrupted.
#ifndef OPEN_CO_SIGNAL_WANTED_ACTION_H
#define OPEN_CO_SIGNAL_WANTED_ACTION_H

#include "signal/actions.h"

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace oc {

/// Zero is SIG_DFL. Each version is in the slot that the one before does not
/// use, so that is whole until the next but one.
class WantedAction {
public:
  /// The latest version, or SIG_DFL if its handler is used up (SA_RESETHAND).
  /// Any thread, also in a handler.
  struct sigaction get() const {
    auto [Action, Now] = read();
    if (UsedUp.load(std::memory_order_acquire) == Now + 1)
      Action.sa_handler = SIG_DFL;
    return Action;
  }

  /// The same, and as the kernel does at delivery: SA_RESETHAND takes effect.
  struct sigaction take() {
    auto [Action, Now] = read();
    if (isHandler(Action) && (Action.sa_flags & static_cast<int>(SA_RESETHAND)))
      if (UsedUp.exchange(Now + 1, std::memory_order_acq_rel) == Now + 1)
        Action.sa_handler = SIG_DFL;
    return Action;
  }

  /// One thread at a time, and not in a handler.
  void set(const struct sigaction &Action) {
    auto Values = std::bit_cast<Words>(Action);
    uint32_t Next = Version.load(std::memory_order_relaxed) + 1;
    // Who reads one of the new words finds the version changed.
    std::atomic_thread_fence(std::memory_order_release);
    for (size_t I = 0; I < Values.size(); ++I)
      Slots[Next % 2][I].store(Values[I], std::memory_order_relaxed);
    Version.store(Next, std::memory_order_release);
  }

private:
  using Words = std::array<uint64_t, sizeof(struct sigaction) / 8>;
  struct Read {
    struct sigaction Action;
    uint32_t Version;
  };

  Read read() const {
    for (;;) {
      // Acquire: pairs with the release in set().
      uint32_t Now = Version.load(std::memory_order_acquire);
      Words Values;
      for (size_t I = 0; I < Values.size(); ++I)
        Values[I] = Slots[Now % 2][I].load(std::memory_order_relaxed);
      std::atomic_thread_fence(std::memory_order_acquire);
      if (Version.load(std::memory_order_relaxed) == Now)
        return {std::bit_cast<struct sigaction>(Values), Now};
    }
  }

  std::array<std::array<std::atomic<uint64_t>, std::tuple_size_v<Words>>, 2>
      Slots{};
  std::atomic<uint32_t> Version{0};
  std::atomic<uint32_t> UsedUp{0}; // One more than the version.
};

} // namespace oc

#endif
