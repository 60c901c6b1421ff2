// native.cpp - libc's own functions, behind those that stand in front of them.
// In libc.a they have other names, too, which a static link has to ask for
// (--undefined), and those of POSIX are weak: the first in the link win.
// Elsewhere the dynamic linker knows them.
#include "sync/interposed.h"
#include "sys/message.h"

#include <atomic>
#include <dlfcn.h>

#define OC_LIBCS(Name, ...) extern "C" [[gnu::weak]] decltype(::Name) ___##Name;
OC_INTERPOSED(OC_LIBCS) // NOLINT(bugprone-reserved-identifier)
OC_RELEASING(OC_LIBCS)  // NOLINT(bugprone-reserved-identifier)
#undef OC_LIBCS

// Not for our sake in a static program.
#pragma weak dladdr
#pragma weak dlclose
#pragma weak dlerror
#pragma weak dlsym

namespace oc {
namespace {

std::atomic<bool> Found{false}, MayBeUsed{false};

constexpr const char *Any = "pthread_rwlock_clockrdlock"; // Only we define it.

/// Whether this is a static program that was linked as it should be.
bool isStatic() { return ___pthread_rwlock_clockrdlock; }

/// The library that \p Object is in.
void *libraryOf(void *Object) {
  Dl_info Info;
  return dladdr(Object, &Info) ? Info.dli_fbase : nullptr;
}

bool isDynamic() { return !isStatic() && dlsym && dlsym(RTLD_DEFAULT, Any); }

/// What is behind us; in a plain program that is linked with a rewritten
/// library, say, libc is in front of us.
void *search(const char *Name) {
  if (void *Found = dlsym(RTLD_NEXT, Name))
    return Found;
  dlerror();
  return dlsym(RTLD_DEFAULT, Name);
}

/// Whether the program finds what we define. RTLD_DEFAULT is where our own
/// names are looked up; and we may be in another namespace than the program.
bool isFirst() {
  // By its name it would make linkers warn of static programs.
  auto Open =
      reinterpret_cast<decltype(&dlopen)>(dlsym(RTLD_DEFAULT, "dlopen"));
  void *Program = Open(nullptr, RTLD_LAZY);
  bool First = libraryOf(dlsym(Program, Any)) == libraryOf(&MayBeUsed);
  dlclose(Program);
  return First;
}

/// \p Libcs: by its other name; \p Winner: what others find in a static
/// program.
template <typename Function>
void find(Function &Native, Function Libcs, Function Winner, void *Found) {
  asm("" : "+r"(Winner)); // Two names, but it may be one function.
  if (Libcs && Winner == Libcs)
    MayBeUsed = true;
  if (Libcs)
    Native = Libcs;
  else if (Found)
    Native = reinterpret_cast<Function>(Found);
}

/// An early constructor; but those of other libraries may come here before it,
/// on any thread.
[[gnu::constructor(101)]] void findAll() {
  if (Found.load(std::memory_order_acquire))
    return;
  bool IsDynamic = isDynamic();
#define OC_FIND(Name, ...)                                                     \
  find(native::Name, ___##Name, ::Name, IsDynamic ? search(#Name) : nullptr);
  OC_INTERPOSED(OC_FIND)
  OC_RELEASING(OC_FIND)
#undef OC_FIND
  if (IsDynamic && !isFirst())
    MayBeUsed = true;
  Found.store(true, std::memory_order_release);
}

#define OC_FIRST_CALL(Name, Parameters, Arguments)                             \
  int first_##Name Parameters noexcept(noexcept(::Name Arguments)) {           \
    findAll();                                                                 \
    if (native::Name == first_##Name)                                          \
      fail("libc's " #Name " is not in this static program; link it with "     \
           "open-co-clang -static, or as pkg-config --static says");           \
    return native::Name Arguments;                                             \
  }
OC_INTERPOSED(OC_FIRST_CALL)
OC_RELEASING(OC_FIRST_CALL)
#undef OC_FIRST_CALL

} // namespace

#define OC_NATIVE(Name, ...) decltype(&::Name) native::Name = first_##Name;
OC_INTERPOSED(OC_NATIVE) // NOLINT(readability-identifier-naming)
OC_RELEASING(OC_NATIVE)  // NOLINT(readability-identifier-naming)
#undef OC_NATIVE

bool native::mayBeUsed() {
  findAll();
  return MayBeUsed.load(std::memory_order_relaxed);
}

void native::loading(bool Apart) {
  if (Apart || isStatic()) // That brings a libc with it.
    MayBeUsed = true;
}

} // namespace oc
