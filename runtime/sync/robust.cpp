// robust.cpp - as the kernel's exit_robust_list and handle_futex_death
// (kernel/futex/core.c).
#include "sync/robust.h"
#include "signal/user_copy.h"
#include "sys/syscall.h"

#include <atomic>
#include <linux/futex.h>

namespace oc {
namespace {

/// Its owner, this OS thread, has died.
void markOwnerDied(uint32_t *Word, bool InheritsPriority) {
  std::atomic_ref<uint32_t> Futex(*Word);
  uint32_t Old = Futex.load();
  do {
    if ((Old & FUTEX_TID_MASK) != static_cast<uint32_t>(sys::threadId()))
      return;
  } while (!Futex.compare_exchange_weak(Old, (Old & FUTEX_WAITERS) |
                                                 FUTEX_OWNER_DIED));
  // The kernel itself wakes those who wait for one that inherits priority.
  if (Old & FUTEX_WAITERS && !InheritsPriority)
    sys::call(SYS_futex, sys::word(Word), FUTEX_WAKE, 1);
}

} // namespace

void leaveRobustMutexes() {
  robust_list_head *Head = nullptr;
  size_t Size = 0;
  sys::call(SYS_get_robust_list, 0, sys::word(&Head), sys::word(&Size));
  if (!Head)
    return;
  auto Bits = reinterpret_cast<uintptr_t>(Head->list.next);
  for (int Most = ROBUST_LIST_LIMIT; Most; --Most) {
    bool InheritsPriority = Bits & 1;
    auto *Entry = reinterpret_cast<robust_list *>(Bits & ~uintptr_t{1});
    auto *Word = reinterpret_cast<uint32_t *>(reinterpret_cast<char *>(Entry) +
                                              Head->futex_offset);
    uint32_t Value;
    // The next one is read before this is another's. Where the memory is gone
    // the kernel stops, too.
    if (Entry == &Head->list ||
        !readUser(Bits, reinterpret_cast<uintptr_t *>(&Entry->next)) ||
        !readUser(Value, Word))
      break;
    markOwnerDied(Word, InheritsPriority);
  }
  Head->list.next = &Head->list;
}

} // namespace oc
