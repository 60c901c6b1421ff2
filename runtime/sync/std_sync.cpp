// std_sync.cpp - what libstdc++ keeps inside its shared library: condition
// variables and the futexes of std::future.
#include "libc/wrapper.h"
#include "sync/cxx_locks.h"
#include "sync/word.h"

namespace oc {
namespace {

int &wordOf(unsigned *Word) { return *reinterpret_cast<int *>(Word); }

/// \returns false if the time passed first.
bool waitForChange(unsigned *Word, unsigned Old, Deadline Until) {
  std::atomic_ref<unsigned> Now(*Word);
  while (Now.load(std::memory_order_acquire) == Old) {
    if (Until.hasPassed())
      return false;
    waitForWord(wordOf(Word), static_cast<int>(Old), Until, false);
  }
  return true;
}

bool waitForChange(unsigned *Word, unsigned Old, bool HasTime, clockid_t Clock,
                   int64_t Seconds, int64_t Nanoseconds) {
  if (!HasTime)
    return waitForChange(Word, Old, Deadline::never());
  return waitForChange(Word, Old,
                       Deadline::on(Clock, timespec{Seconds, Nanoseconds}));
}

} // namespace
} // namespace oc

// std::condition_variable is a pthread_cond_t.

OC_WRAPPER void __oc__ZNSt18condition_variable4waitERSt11unique_lockISt5mutexE(
    pthread_cond_t *C, oc::UniqueLock *L) {
  __oc_pthread_cond_wait(C, L->Mutex);
}

OC_WRAPPER void
__oc__ZNSt18condition_variable10notify_oneEv(pthread_cond_t *C) noexcept {
  __oc_pthread_cond_signal(C);
}

OC_WRAPPER void
__oc__ZNSt18condition_variable10notify_allEv(pthread_cond_t *C) noexcept {
  __oc_pthread_cond_broadcast(C);
}

// std::__atomic_futex_unsigned_base (<bits/atomic_futex.h>); the times are
// those of system_clock and of steady_clock.

OC_WRAPPER bool
__oc__ZNSt28__atomic_futex_unsigned_base19_M_futex_wait_untilEPjjbNSt6chrono8durationIlSt5ratioILl1ELl1EEEENS2_IlS3_ILl1ELl1000000000EEEE(
    void *, unsigned *Word, unsigned Old, bool HasTime, int64_t Seconds,
    int64_t Nanoseconds) {
  return oc::waitForChange(Word, Old, HasTime, CLOCK_REALTIME, Seconds,
                           Nanoseconds);
}

OC_WRAPPER bool
__oc__ZNSt28__atomic_futex_unsigned_base26_M_futex_wait_until_steadyEPjjbNSt6chrono8durationIlSt5ratioILl1ELl1EEEENS2_IlS3_ILl1ELl1000000000EEEE(
    void *, unsigned *Word, unsigned Old, bool HasTime, int64_t Seconds,
    int64_t Nanoseconds) {
  return oc::waitForChange(Word, Old, HasTime, CLOCK_MONOTONIC, Seconds,
                           Nanoseconds);
}

OC_WRAPPER void
__oc__ZNSt28__atomic_futex_unsigned_base19_M_futex_notify_allEPj(
    unsigned *Word) {
  oc::wakeWord(oc::wordOf(Word), oc::Everyone, false);
}
