// pool.h - a free list of equal objects over the arena.
#ifndef OPEN_CO_SYS_POOL_H
#define OPEN_CO_SYS_POOL_H

#include "sys/arena.h"
#include "sys/lock.h"

#include <mutex>

namespace oc {

/// Any thread. T is trivially destructible.
template <typename T> class Pool {
public:
  /// A new T, or null without memory.
  T *take() {
    Slot *S;
    {
      std::lock_guard Held(Guard);
      S = Free;
      if (S)
        Free = S->Next;
    }
    if (!S)
      S = static_cast<Slot *>(arena::allocate(sizeof(Slot), alignof(Slot)));
    return S ? new (&S->Value) T{} : nullptr;
  }

  void give(T *Value) {
    auto *S = reinterpret_cast<Slot *>(Value);
    std::lock_guard Held(Guard);
    S->Next = Free;
    Free = S;
  }

  /// In a forked child.
  void reset() { Guard.reset(); }

private:
  union Slot {
    Slot *Next;
    T Value;
  };
  Lock Guard;
  Slot *Free = nullptr;
};

} // namespace oc

#endif
