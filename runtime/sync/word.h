// word.h - waits for a word of the program's that prebuilt code may change,
// too.
#ifndef OPEN_CO_SYNC_WORD_H
#define OPEN_CO_SYNC_WORD_H

#include "sched/wait_queue.h"
#include "sync/interposed.h"

namespace oc {

// Whether a word is Private to the kernel is libc's choice, or the C++
// library's: libstdc++'s futexes are not.

/// Waits for \p Word, while it is \p Old, until wakeWord(); as one of the
/// kernel's waiters where prebuilt code might wake these only
/// (sync/interposed.h), and in a vfork child. May return early: the caller
/// looks again.
inline void waitForWord(int &Word, int Old, Deadline Until = Deadline::never(),
                        bool Private = true) {
  if (runtimeServes() && !native::mayBeUsed()) {
    waitWhile(
        &Word, [&] { return std::atomic_ref<int>(Word).load() == Old; }, Until);
    return;
  }
  opaque([&] {
    timespec T = Until.toTimespec();
    return sys::futexWait(&Word, static_cast<uint32_t>(Old),
                          Until.isNever() ? nullptr : &T, Private);
  });
}

/// Wakes up to \p Most, ours first.
inline void wakeWord(const volatile int &Word, int Most, bool Private = true) {
  int Woken = wake(&Word, Most);
  if (Woken < Most)
    sys::futexWake(&Word, Most == Everyone ? Most : Most - Woken, Private);
}

} // namespace oc

#endif
