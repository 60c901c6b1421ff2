// native.cpp - libc's functions as the linker finds them, which is right in a
// static program; libopen-co.so asks libc itself (interposers.cpp).
#include "sync/interposed.h"

namespace oc::native {
#define OC_NATIVE(Name, ...) decltype(&::Name) Name = ::Name;
OC_INTERPOSED(OC_NATIVE) // NOLINT(readability-identifier-naming)
} // namespace oc::native
