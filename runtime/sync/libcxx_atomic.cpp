// libcxx_atomic.cpp - how std::atomic::wait of libc++ (and so std::latch,
// std::barrier and std::counting_semaphore) and std::call_once wait: functions
// inside its shared library (src/atomic.cpp, src/call_once.cpp).
#include "libc/wrapper.h"
#include "sync/guarded.h"
#include "sync/libcxx.h"
#include "sync/word.h"
#include "sys/sanitizer.h"

// libc++'s own, where prebuilt code may come to that without us.
extern "C" {
#pragma weak _ZNSt3__123__libcpp_atomic_monitorEPVKv
int _ZNSt3__123__libcpp_atomic_monitorEPVKv(const volatile void *);
#pragma weak _ZNSt3__120__libcpp_atomic_waitEPVKvi
void _ZNSt3__120__libcpp_atomic_waitEPVKvi(const volatile void *, int);
#pragma weak _ZNSt3__120__libcpp_atomic_waitEPVKNS_17__cxx_atomic_implIiNS_22__cxx_atomic_base_implIiEEEEi
void _ZNSt3__120__libcpp_atomic_waitEPVKNS_17__cxx_atomic_implIiNS_22__cxx_atomic_base_implIiEEEEi(
    const volatile int *, int);
}

namespace oc {
namespace {

/// Whether waits have to be libc++'s own.
bool waitsNatively() {
  return native::mayBeUsed() && _ZNSt3__120__libcpp_atomic_waitEPVKvi;
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

int &wordAt(const volatile int *Object) { return *const_cast<int *>(Object); }

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
  if (auto *CallOnce = libcxx::native::callOnce())
    CallOnce(&Other, nullptr, [](void *) {});
}

} // namespace

void libcxx::count(const volatile void *Object, int Most) {
  countOf(Object).fetch_add(1, std::memory_order_release);
  wakeFromAnywhere(Object, Most);
}

} // namespace oc

using namespace oc;

//===- std::atomic<int> and what is waited for as one: a futex ------------===//

OC_WRAPPER int
__oc__ZNSt3__123__libcpp_atomic_monitorEPVKNS_17__cxx_atomic_implIiNS_22__cxx_atomic_base_implIiEEEE(
    const volatile int *Object) noexcept {
  return std::atomic_ref<int>(wordAt(Object)).load(std::memory_order_acquire);
}

OC_WRAPPER void
__oc__ZNSt3__120__libcpp_atomic_waitEPVKNS_17__cxx_atomic_implIiNS_22__cxx_atomic_base_implIiEEEEi(
    const volatile int *Object, int Old) noexcept {
  if (waitsNatively()) { // libc++ counts who waits, or nobody is woken.
    becomeOsThread();
    return _ZNSt3__120__libcpp_atomic_waitEPVKNS_17__cxx_atomic_implIiNS_22__cxx_atomic_base_implIiEEEEi(
        Object, Old);
  }
  waitForWord(wordAt(Object), Old);
}

OC_WRAPPER void
__oc__ZNSt3__123__cxx_atomic_notify_oneEPVKNS_17__cxx_atomic_implIiNS_22__cxx_atomic_base_implIiEEEE(
    const volatile int *Object) noexcept {
  wakeWord(*Object, 1);
}

OC_WRAPPER void
__oc__ZNSt3__123__cxx_atomic_notify_allEPVKNS_17__cxx_atomic_implIiNS_22__cxx_atomic_base_implIiEEEE(
    const volatile int *Object) noexcept {
  wakeWord(*Object, Everyone);
}

//===- Other objects ------------------------------------------------------===//

OC_WRAPPER int __oc__ZNSt3__123__libcpp_atomic_monitorEPVKv(
    const volatile void *Object) noexcept {
  if (waitsNatively())
    return _ZNSt3__123__libcpp_atomic_monitorEPVKv(Object);
  return countOf(Object).load(std::memory_order_acquire);
}

OC_WRAPPER void
__oc__ZNSt3__120__libcpp_atomic_waitEPVKvi(const volatile void *Object,
                                           int Old) noexcept {
  if (waitsNatively()) {
    becomeOsThread();
    return _ZNSt3__120__libcpp_atomic_waitEPVKvi(Object, Old);
  }
  // It may return early.
  waitWhile(Object, [&] {
    return countOf(Object).load(std::memory_order_acquire) == Old;
  });
}

OC_WRAPPER void __oc__ZNSt3__123__cxx_atomic_notify_oneEPVKv(
    const volatile void *Object) noexcept {
  libcxx::count(Object, 1);
  if (auto *Notify = libcxx::native::notifyOne())
    Notify(Object);
}

OC_WRAPPER void __oc__ZNSt3__123__cxx_atomic_notify_allEPVKv(
    const volatile void *Object) noexcept {
  libcxx::count(Object, Everyone);
  if (auto *Notify = libcxx::native::notifyAll())
    Notify(Object);
}

//===- std::call_once -----------------------------------------------------===//

OC_WRAPPER void
__oc__ZNSt3__111__call_onceERVmPvPFvS2_E(unsigned long *Flag, void *Arg,
                                         void (*Function)(void *)) {
  if (auto *CallOnce = waitsNatively() ? libcxx::native::callOnce() : nullptr) {
    becomeOsThread();
    return CallOnce(Flag, Arg, Function);
  }
  for (;;) {
    unsigned long State = NotRun;
    if (stateOf(*Flag).compare_exchange_strong(State, Running,
                                               std::memory_order_acq_rel))
      break;
    if (State == Done) {
      sanitizer::acquire(Flag);
      return;
    }
    waitWhile(Flag, [&] { return stateOf(*Flag).load() == Running; });
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
