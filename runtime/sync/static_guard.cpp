// static_guard.cpp - the guards of C++ function-local statics (Itanium C++ ABI
// 3.3.3). The word is libstdc++'s, which code that was not rebuilt shares.
#include "libc/wrapper.h"
#include "sync/word.h"
#include "sys/sanitizer.h"
#include "thread/thread_id.h"

#include <atomic>
#include <cstdlib>
#include <sys/single_threaded.h>

extern "C" {
int nativeAcquire(int64_t *Guard) asm("__cxa_guard_acquire")
    __attribute__((weak));
// Only libstdc++ has it: libc++'s guards are other words.
[[noreturn]] void _ZSt20__throw_system_errori(int) __attribute__((weak));
}

namespace oc {
namespace {

// libstdc++-v3/libsupc++/guard.cc.
constexpr int DoneBit = 1, PendingBit = 1 << 8, WaitingBit = 1 << 16;

int &wordIn(int64_t *Guard) { return *reinterpret_cast<int *>(Guard); }

std::atomic_ref<int> wordOf(int64_t *Guard) {
  return std::atomic_ref<int>(wordIn(Guard));
}

/// libc++'s tell an initialiser that comes back to its own guard, in each
/// thread; libstdc++'s only while there is one.
bool tellsInitialiser() {
  return nativeAcquire && !_ZSt20__throw_system_errori;
}

/// Who runs the initialiser, if that is told: in the half that libstdc++ leaves
/// alone. 0 is nobody.
std::atomic_ref<int> initialiserOf(int64_t *Guard) {
  return std::atomic_ref<int>(reinterpret_cast<int *>(Guard)[1]);
}

int callersNumber() {
  ThreadBlock *T = currentThread();
  return T ? FirstThreadId + T->Number : sys::threadId();
}

void finish(int64_t *Guard, int State) {
  if (tellsInitialiser())
    initialiserOf(Guard).store(0, std::memory_order_relaxed);
  sanitizer::release(Guard);
  if (wordOf(Guard).exchange(State, std::memory_order_acq_rel) & WaitingBit)
    wakeWord(wordIn(Guard), Everyone, false);
}

/// libc++ ends the process, and says why: let it do so with a guard of its own.
[[noreturn]] void comeBackNatively() {
  int64_t Guard = 0;
  nativeAcquire(&Guard);
  nativeAcquire(&Guard);
  abort();
}

} // namespace
} // namespace oc

using namespace oc;

OC_WRAPPER int __oc___cxa_guard_acquire(int64_t *Guard) {
  for (;;) {
    int State = 0;
    if (wordOf(Guard).compare_exchange_strong(State, PendingBit,
                                              std::memory_order_acq_rel)) {
      sanitizer::acquire(Guard); // What an initialiser did that failed.
      if (tellsInitialiser())
        initialiserOf(Guard).store(callersNumber(), std::memory_order_relaxed);
      return 1;
    }
    if (State & DoneBit) {
      sanitizer::acquire(Guard);
      return 0;
    }
    // The initialiser has come back here: libstdc++ throws, if that is sure.
    if (__libc_single_threaded && nativeAcquire && _ZSt20__throw_system_errori)
      return nativeAcquire(Guard);
    if (tellsInitialiser() &&
        initialiserOf(Guard).load(std::memory_order_relaxed) == callersNumber())
      comeBackNatively();
    if (State == PendingBit)
      wordOf(Guard).compare_exchange_strong(State, PendingBit | WaitingBit);
    waitForWord(wordIn(Guard), PendingBit | WaitingBit, Deadline::never(),
                false);
  }
}

OC_WRAPPER void __oc___cxa_guard_release(int64_t *Guard) noexcept {
  finish(Guard, DoneBit);
}

OC_WRAPPER void __oc___cxa_guard_abort(int64_t *Guard) noexcept {
  finish(Guard, 0);
}
