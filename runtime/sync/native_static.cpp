// native_static.cpp - of libopen-co.a: libc's own functions by their other
// names in libc.a. Those of POSIX are weak there, so the first in the link win.
#include "sync/interposed.h"

#include <atomic>

#define OC_LIBCS(Name, Parameters, ...)                                        \
  extern "C" int ___##Name Parameters noexcept;
OC_INTERPOSED(OC_LIBCS) // NOLINT(bugprone-reserved-identifier)
#undef OC_LIBCS

namespace oc {

#define OC_NATIVE(Name, ...) decltype(&::Name) native::Name = ___##Name;
OC_INTERPOSED(OC_NATIVE) // NOLINT(readability-identifier-naming)
#undef OC_NATIVE

namespace {
std::atomic<bool> Loads{false};
// Volatile: two names, but one function where libc's has won.
decltype(&::pthread_barrier_wait) volatile First = ::pthread_barrier_wait;
} // namespace

bool native::mayBeUsed() {
  return Loads.load(std::memory_order_relaxed) || First == pthread_barrier_wait;
}
void native::loading(bool) { Loads = true; } // It brings a libc with it.
void native::find() {}

} // namespace oc
