// native_dynamic.cpp - of libopen-co.so: libc's own functions, behind those
// that stand in front of them.
#include "sync/interposed.h"

#include <atomic>
#include <dlfcn.h>

namespace oc {

#define OC_NATIVE(Name, ...) decltype(&::Name) native::Name;
OC_INTERPOSED(OC_NATIVE) // NOLINT(readability-identifier-naming)
#undef OC_NATIVE

namespace {
std::atomic<bool> MayBeUsed{false};
} // namespace

/// An early constructor: those of other libraries may come here before it.
[[gnu::constructor(101)]] void native::find() {
  constexpr const char *Any = "pthread_barrier_wait"; // It has one version.
  if (pthread_barrier_wait)
    return;
  void *From = RTLD_NEXT;
  // In a plain program that is linked with a rewritten library, say, libc is in
  // front of us.
  if (!dlsym(From, Any)) {
    dlerror();
    From = RTLD_DEFAULT;
  }
  // RTLD_DEFAULT is where our own names are looked up.
  void *Program = dlopen(nullptr, RTLD_LAZY);
  MayBeUsed = dlsym(Program, Any) == dlsym(From, Any);
  dlclose(Program);
#define OC_FIND(Name, ...)                                                     \
  Name = reinterpret_cast<decltype(&::Name)>(dlsym(From, #Name));
  OC_INTERPOSED(OC_FIND)
#undef OC_FIND
}

bool native::mayBeUsed() { return MayBeUsed.load(std::memory_order_relaxed); }
void native::loading(bool Apart) {
  if (Apart)
    MayBeUsed = true;
}

} // namespace oc

// ThreadSanitizer asks for those of conditions by their version (dlvsym), which
// a name without one does not have.
#define OC_VERSIONED(Name)                                                     \
  extern "C" __attribute__((visibility("default"))) int __oc_versioned_##Name( \
      pthread_cond_t *C) {                                                     \
    return oc::interposed([&] { return __oc_##Name(C); });                     \
  }                                                                            \
  asm(".symver __oc_versioned_" #Name ", " #Name "@GLIBC_2.3.2, remove");
OC_VERSIONED(pthread_cond_broadcast)
OC_VERSIONED(pthread_cond_signal)
