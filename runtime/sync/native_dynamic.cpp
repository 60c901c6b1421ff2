// native_dynamic.cpp - of libopen-co.so: libc's own functions, behind those
// that stand in front of them.
#include "sync/interposed.h"

#include <atomic>
#include <dlfcn.h>

namespace oc {
namespace {

std::atomic<bool> Found{false}, MayBeUsed{false};

/// The library that \p Object is in.
void *libraryOf(void *Object) {
  Dl_info Info;
  return dladdr(Object, &Info) ? Info.dli_fbase : nullptr;
}

/// An early constructor; but those of other libraries may come here before it,
/// on any thread.
[[gnu::constructor(101)]] void find() {
  if (Found.load(std::memory_order_acquire))
    return;
  // Nobody else stands in front of this one.
  constexpr const char *Any = "pthread_rwlock_clockrdlock";
  void *From = RTLD_NEXT;
  // In a plain program that is linked with a rewritten library, say, libc is in
  // front of us.
  if (!dlsym(From, Any)) {
    dlerror();
    From = RTLD_DEFAULT;
  }
#define OC_FIND(Name, ...)                                                     \
  native::Name = reinterpret_cast<decltype(&::Name)>(dlsym(From, #Name));
  OC_INTERPOSED(OC_FIND)
#undef OC_FIND
  // RTLD_DEFAULT is where our own names are looked up; and we may be in another
  // namespace than the program.
  void *Program = dlopen(nullptr, RTLD_LAZY);
  if (libraryOf(dlsym(Program, Any)) != libraryOf(&MayBeUsed))
    MayBeUsed = true;
  dlclose(Program);
  Found.store(true, std::memory_order_release);
}

#define OC_FIRST_CALL(Name, Parameters, Arguments)                             \
  int first_##Name Parameters noexcept {                                       \
    find();                                                                    \
    return native::Name Arguments;                                             \
  }
OC_INTERPOSED(OC_FIRST_CALL)
#undef OC_FIRST_CALL

} // namespace

#define OC_NATIVE(Name, ...) decltype(&::Name) native::Name = first_##Name;
OC_INTERPOSED(OC_NATIVE) // NOLINT(readability-identifier-naming)
#undef OC_NATIVE

bool native::mayBeUsed() {
  find();
  return MayBeUsed.load(std::memory_order_relaxed);
}
void native::loading(bool Apart) {
  if (Apart)
    MayBeUsed = true;
}

} // namespace oc
