// libcxx_atomic.cpp - how std::atomic::wait of libc++ (and so std::latch,
// std::barrier and std::counting_semaphore) and std::call_once wait: functions
// inside its shared library (src/atomic.cpp, src/call_once.cpp).
#include "libc/wrapper.h"
#include "sched/wait_queue.h"
#include "sync/guarded.h"
#include "sys/sanitizer.h"

// libc++'s own, for prebuilt code that waits. Absent in other programs, and in
// static ones where nobody else calls them.
extern "C" {
#pragma weak _ZNSt3__111__call_onceERVmPvPFvS2_E
void _ZNSt3__111__call_onceERVmPvPFvS2_E(unsigned long *, void *,
                                         void (*)(void *));
#pragma weak _ZNSt3__123__cxx_atomic_notify_allEPVKv
void _ZNSt3__123__cxx_atomic_notify_allEPVKv(const volatile void *);
#pragma weak _ZNSt3__123__cxx_atomic_notify_oneEPVKv
void _ZNSt3__123__cxx_atomic_notify_oneEPVKv(const volatile void *);
}

namespace oc {
namespace {

/// Prebuilt code wakes futexes only.
constexpr int64_t RecheckNs = NsPerSecond / 10;

/// Parks while \p Word has the value \p Old, but not for long: the caller looks
/// whether to wait again.
void waitOnce(std::atomic_ref<int> Word, const volatile void *Key, int Old) {
  waitWhile(
      Key, [&] { return Word.load(std::memory_order_acquire) == Old; },
      Deadline::in(RecheckNs));
}

// Objects that are no int are waited for by the count of their notifications,
// which some of them share.

constexpr size_t NumCounts = 256;
int Counts[NumCounts];

std::atomic_ref<int> countOf(const volatile void *Object) {
  auto Address = reinterpret_cast<uintptr_t>(Object);
  return std::atomic_ref<int>(
      Counts[(Address >> 3 ^ Address >> 11) % NumCounts]);
}

void count(const volatile void *Object, int Most) {
  countOf(Object).fetch_add(1, std::memory_order_release);
  wake(Object, Most);
}

std::atomic_ref<int> wordAt(const volatile int *Object) {
  return std::atomic_ref<int>(*const_cast<int *>(Object));
}

/// The states of a once_flag.
constexpr unsigned long NotRun = 0, Running = 1, Done = ~0ul;

std::atomic_ref<unsigned long> stateOf(unsigned long &Flag) {
  return std::atomic_ref<unsigned long>(Flag);
}

void finish(unsigned long &Flag, unsigned long State) {
  sanitizer::release(&Flag);
  stateOf(Flag).store(State, std::memory_order_release);
  wake(&Flag, Everyone);
  // Prebuilt code waits for a condition of libc++, which any call signals.
  unsigned long Other = NotRun;
  if (_ZNSt3__111__call_onceERVmPvPFvS2_E)
    _ZNSt3__111__call_onceERVmPvPFvS2_E(&Other, nullptr, [](void *) {});
}

} // namespace
} // namespace oc

using namespace oc;

//===- std::atomic<int> and what is waited for as one: a futex ------------===//

OC_WRAPPER int
__oc__ZNSt3__123__libcpp_atomic_monitorEPVKNS_17__cxx_atomic_implIiNS_22__cxx_atomic_base_implIiEEEE(
    const volatile int *Object) noexcept {
  return wordAt(Object).load(std::memory_order_acquire);
}

OC_WRAPPER void
__oc__ZNSt3__120__libcpp_atomic_waitEPVKNS_17__cxx_atomic_implIiNS_22__cxx_atomic_base_implIiEEEEi(
    const volatile int *Object, int Old) noexcept {
  waitOnce(wordAt(Object), Object, Old);
}

OC_WRAPPER void
__oc__ZNSt3__123__cxx_atomic_notify_oneEPVKNS_17__cxx_atomic_implIiNS_22__cxx_atomic_base_implIiEEEE(
    const volatile int *Object) noexcept {
  if (!wake(Object, 1))
    sys::futexWake(const_cast<int *>(Object), 1);
}

OC_WRAPPER void
__oc__ZNSt3__123__cxx_atomic_notify_allEPVKNS_17__cxx_atomic_implIiNS_22__cxx_atomic_base_implIiEEEE(
    const volatile int *Object) noexcept {
  wake(Object, Everyone);
  sys::futexWake(const_cast<int *>(Object), INT32_MAX);
}

//===- Other objects ------------------------------------------------------===//

OC_WRAPPER int __oc__ZNSt3__123__libcpp_atomic_monitorEPVKv(
    const volatile void *Object) noexcept {
  return countOf(Object).load(std::memory_order_acquire);
}

OC_WRAPPER void
__oc__ZNSt3__120__libcpp_atomic_waitEPVKvi(const volatile void *Object,
                                           int Old) noexcept {
  waitOnce(countOf(Object), Object, Old);
}

OC_WRAPPER void __oc__ZNSt3__123__cxx_atomic_notify_oneEPVKv(
    const volatile void *Object) noexcept {
  count(Object, 1);
  if (_ZNSt3__123__cxx_atomic_notify_oneEPVKv)
    _ZNSt3__123__cxx_atomic_notify_oneEPVKv(Object);
}

OC_WRAPPER void __oc__ZNSt3__123__cxx_atomic_notify_allEPVKv(
    const volatile void *Object) noexcept {
  count(Object, Everyone);
  if (_ZNSt3__123__cxx_atomic_notify_allEPVKv)
    _ZNSt3__123__cxx_atomic_notify_allEPVKv(Object);
}

//===- std::call_once -----------------------------------------------------===//

OC_WRAPPER void
__oc__ZNSt3__111__call_onceERVmPvPFvS2_E(unsigned long *Flag, void *Arg,
                                         void (*Function)(void *)) {
  for (;;) {
    unsigned long State = NotRun;
    if (stateOf(*Flag).compare_exchange_strong(State, Running,
                                               std::memory_order_acq_rel))
      break;
    if (State == Done) {
      sanitizer::acquire(Flag);
      return;
    }
    waitWhile(
        Flag, [&] { return stateOf(*Flag).load() == Running; },
        Deadline::in(RecheckNs));
  }
  sanitizer::acquire(Flag); // What a function did that failed.
  sanitizer::calling(1);
  __oc_call_guarded(
      Function, Arg,
      [](void *Pointer) {
        finish(*static_cast<unsigned long *>(Pointer), NotRun);
      },
      Flag);
  finish(*Flag, Done);
}
