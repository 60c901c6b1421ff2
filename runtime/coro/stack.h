// stack.h - stacks of coroutines: address space as large as a native thread's,
// committed by touch, with a guard page below.
#ifndef OPEN_CO_CORO_STACK_H
#define OPEN_CO_CORO_STACK_H

#include <cstddef>

namespace oc {

constexpr size_t PageSize = 4096;

/// A mapped range. The lowest bytes are the guard; usable ones end at top().
struct Stack {
  char *Low = nullptr;
  size_t Size = 0; // Bytes, the guard included.
  size_t Guard = PageSize;

  /// Kept above top() for the free list; multiple of a cache line.
  static constexpr size_t LinkRoom = 64;

  char *top() const { return Low + Size - LinkRoom; }
  explicit operator bool() const { return Low; }
};

/// Room beyond what the user asked for: the control block, the coroutine's
/// locals and the runtime's own frames.
constexpr size_t StackReserve = 64 * 1024;

/// \returns a stack with at least \p Usable bytes beside the reserve and \p
/// Guard bytes of guard, but a page at least; an empty one if there is no
/// memory. Used ones come back warm, last in first out. Any thread.
Stack allocateStack(size_t Usable, size_t Guard = PageSize);

/// Gives \p S back. Its pages stay committed: the next thread will touch them.
void releaseStack(Stack S);

/// Whether \p Address lies in the guard of a stack \p S.
inline bool inGuard(const Stack &S, const void *Address) {
  auto *P = static_cast<const char *>(Address);
  return P >= S.Low && P < S.Low + S.Guard;
}

/// Held over fork(2), so that the child finds the free lists in order.
void lockStacksForFork();
void unlockStacksAfterFork();

} // namespace oc

#endif
