// arena.h - memory for the runtime's own structures. It never goes through
// malloc: the program may bring its own, built with us.
#ifndef OPEN_CO_SYS_ARENA_H
#define OPEN_CO_SYS_ARENA_H

#include <cstddef>
#include <new>
#include <utility>

namespace oc::arena {

/// \returns \p Size zeroed bytes aligned to \p Align (a power of two, at most
/// 4096), or null if the kernel has no more memory. They are never given back:
/// owners keep free lists of their own. Any thread.
void *allocate(size_t Size, size_t Align = alignof(std::max_align_t));

/// A new \p T in arena memory, or null.
template <typename T, typename... Args> T *create(Args &&...A) {
  void *P = allocate(sizeof(T), alignof(T));
  return P ? new (P) T(std::forward<Args>(A)...) : nullptr;
}

/// Held over fork(2), so that the child finds the arena in order.
void lockForFork();
void unlockAfterFork();

} // namespace oc::arena

#endif
