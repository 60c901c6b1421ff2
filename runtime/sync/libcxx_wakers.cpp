// libcxx_wakers.cpp - as wakers.cpp, for functions inside libc++'s shared
// library. Its futexes need none: it calls syscall(2).
#include "sched/wait_queue.h"
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
    Winner = dlsym ? reinterpret_cast<Function *>(dlsym(RTLD_NEXT, Name))
                   : nullptr;
  Known.store(Winner, std::memory_order_relaxed);
  return Winner;
}

} // namespace
} // namespace oc::libcxx

using namespace oc;

extern "C" {

[[gnu::visibility("hidden")]] void
__oc_libcxx_notify_one(const volatile void *Object) {
  libcxx::native::notifyOne()(Object);
  libcxx::count(Object, 1);
}
[[gnu::visibility("hidden")]] void
__oc_libcxx_notify_all(const volatile void *Object) {
  libcxx::native::notifyAll()(Object);
  libcxx::count(Object, Everyone);
}
[[gnu::visibility("hidden")]] void
__oc_libcxx_call_once(unsigned long *Flag, void *Argument,
                      void (*Function)(void *)) {
  struct Finishes {
    ~Finishes() { wakeFromAnywhere(Flag, Everyone); } // Or it throws.
    unsigned long *Flag;
  } F{Flag};
  libcxx::native::callOnce()(Flag, Argument, Function);
}
}

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
