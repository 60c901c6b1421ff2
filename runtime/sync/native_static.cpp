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
std::atomic<bool> MayBeUsed{false};
} // namespace

/// libc's may win for some only, where a linker comes to it twice.
[[gnu::constructor(101)]] static void findWinners() {
#define OC_FIND(Name, ...)                                                     \
  {                                                                            \
    decltype(&::Name) volatile Winner =                                        \
        ::Name; /* Two names, but one value. */                                \
    if (Winner == native::Name)                                                \
      MayBeUsed = true;                                                        \
  }
  OC_INTERPOSED(OC_FIND)
#undef OC_FIND
}

bool native::mayBeUsed() { return MayBeUsed.load(std::memory_order_relaxed); }
void native::loading(bool) { MayBeUsed = true; } // It brings a libc with it.

} // namespace oc
