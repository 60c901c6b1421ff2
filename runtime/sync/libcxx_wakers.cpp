// libcxx_wakers.cpp - as wakers.cpp, for functions inside libc++'s shared
// library.
#include "sched/wait_queue.h"
#include "sync/guarded.h"
#include "sync/interposed.h"
#include "sync/libcxx.h"

#include <dlfcn.h>

#pragma weak dlsym // Not for our sake in a static program.

namespace oc::libcxx {
namespace {

/// libc++'s function, behind ours or, in a static program, instead of it.
template <typename Function>
Function *find(std::atomic<Function *> &Known, const char *Name,
               Function *Winner, Function *Ours) {
  if (Function *F = Known.load(std::memory_order_relaxed))
    return F;
  asm("" : "+r"(Winner)); // Two names, but it may be one function.
  if (Winner == Ours)
    Winner =
        dlsym ? reinterpret_cast<Function *>(dlsym(RTLD_NEXT, Name)) : nullptr;
  Known.store(Winner, std::memory_order_relaxed);
  return Winner;
}

/// A static program without libc++'s function has nobody who waits there.
void notifyNatively(native::Notify *Notify, const volatile void *Object) {
  if (Notify)
    Notify(Object);
}

} // namespace
} // namespace oc::libcxx

using namespace oc;
using libcxx::notifyNatively;

extern "C" {

// libc++ calls the kernel only if it knows of somebody who waits.
[[gnu::visibility("hidden")]] void
__oc_libcxx_notify_one_int(const volatile void *Object) {
  notifyNatively(libcxx::native::notifyOneInt(), Object);
  std::atomic_thread_fence(std::memory_order_seq_cst);
  wakeFromAnywhere(Object, 1);
}
[[gnu::visibility("hidden")]] void
__oc_libcxx_notify_all_int(const volatile void *Object) {
  notifyNatively(libcxx::native::notifyAllInt(), Object);
  std::atomic_thread_fence(std::memory_order_seq_cst);
  wakeFromAnywhere(Object, Everyone);
}
[[gnu::visibility("hidden")]] void
__oc_libcxx_notify_one(const volatile void *Object) {
  notifyNatively(libcxx::native::notifyOne(), Object);
  libcxx::count(Object, 1);
}
[[gnu::visibility("hidden")]] void
__oc_libcxx_notify_all(const volatile void *Object) {
  notifyNatively(libcxx::native::notifyAll(), Object);
  libcxx::count(Object, Everyone);
}
[[gnu::visibility("hidden")]] void
__oc_libcxx_call_once(unsigned long *Flag, void *Argument,
                      void (*Function)(void *)) {
  struct Call {
    unsigned long *Flag;
    void *Argument;
    void (*Function)(void *);
  } C{Flag, Argument, Function};
  auto Finish = [](void *Flag) { wakeFromAnywhere(Flag, Everyone); };
  __oc_call_guarded(
      [](void *Pointer) {
        auto &C = *static_cast<Call *>(Pointer);
        if (auto *CallOnce = libcxx::native::callOnce())
          CallOnce(C.Flag, C.Argument, C.Function);
        else
          __oc__ZNSt3__111__call_onceERVmPvPFvS2_E(C.Flag, C.Argument,
                                                   C.Function);
      },
      &C, Finish, Flag);
  Finish(Flag);
}
}

OC_IN_FRONT [[gnu::alias("__oc_libcxx_notify_one_int")]] void
_ZNSt3__123__cxx_atomic_notify_oneEPVKNS_17__cxx_atomic_implIiNS_22__cxx_atomic_base_implIiEEEE(
    const volatile void *Object);
OC_IN_FRONT [[gnu::alias("__oc_libcxx_notify_all_int")]] void
_ZNSt3__123__cxx_atomic_notify_allEPVKNS_17__cxx_atomic_implIiNS_22__cxx_atomic_base_implIiEEEE(
    const volatile void *Object);
OC_IN_FRONT [[gnu::alias("__oc_libcxx_notify_one")]] void
_ZNSt3__123__cxx_atomic_notify_oneEPVKv(const volatile void *Object);
OC_IN_FRONT [[gnu::alias("__oc_libcxx_notify_all")]] void
_ZNSt3__123__cxx_atomic_notify_allEPVKv(const volatile void *Object);
OC_IN_FRONT [[gnu::alias("__oc_libcxx_call_once")]] void
_ZNSt3__111__call_onceERVmPvPFvS2_E(unsigned long *Flag, void *Argument,
                                    void (*Function)(void *));

namespace oc::libcxx {

#define OC_FIND(Name, Ours)                                                    \
  static std::atomic<decltype(&::Name)> Known{nullptr};                        \
  return find(Known, #Name, ::Name, Ours)

native::Notify *native::notifyOneInt() {
  OC_FIND(
      _ZNSt3__123__cxx_atomic_notify_oneEPVKNS_17__cxx_atomic_implIiNS_22__cxx_atomic_base_implIiEEEE,
      __oc_libcxx_notify_one_int);
}
native::Notify *native::notifyAllInt() {
  OC_FIND(
      _ZNSt3__123__cxx_atomic_notify_allEPVKNS_17__cxx_atomic_implIiNS_22__cxx_atomic_base_implIiEEEE,
      __oc_libcxx_notify_all_int);
}
native::Notify *native::notifyOne() {
  OC_FIND(_ZNSt3__123__cxx_atomic_notify_oneEPVKv, __oc_libcxx_notify_one);
}
native::Notify *native::notifyAll() {
  OC_FIND(_ZNSt3__123__cxx_atomic_notify_allEPVKv, __oc_libcxx_notify_all);
}
native::CallOnce *native::callOnce() {
  OC_FIND(_ZNSt3__111__call_onceERVmPvPFvS2_E, __oc_libcxx_call_once);
}

} // namespace oc::libcxx
