// interposers.cpp - of libopen-co.so only: where code that was not rebuilt
// calls these functions through its PLT, it comes here. A coroutine that is in
// such code waits with its OS thread: that code may hold what belongs to it.
#include "coro/os_thread.h"
#include "sync/interposed.h"
#include "sys/sanitizer.h"

namespace oc {
namespace {

#define OC_LIBCS(Name, ...) decltype(&::Name) Name;
struct {
  OC_INTERPOSED(OC_LIBCS) // NOLINT(readability-identifier-naming)
} Libcs;
#undef OC_LIBCS

/// ThreadSanitizer's functions stand in front of ours and call them. They say
/// all that it has to know, so libc's have to follow.
bool isWatched() { return __tsan_acquire; }

/// An early constructor: libraries' constructors may come here before it.
[[gnu::constructor(101)]] void findLibcs() {
  if (Libcs.cnd_broadcast)
    return;
  void *From = RTLD_NEXT;
  // In a plain program that is linked with a rewritten library, say, libc is in
  // front of us.
  if (!dlsym(From, "cnd_broadcast")) {
    dlerror();
    From = RTLD_DEFAULT;
  }
#define OC_FIND(Name, ...)                                                     \
  Libcs.Name = reinterpret_cast<decltype(&::Name)>(dlsym(From, #Name));        \
  if (!isWatched())                                                            \
    native::Name = Libcs.Name;
  OC_INTERPOSED(OC_FIND)
#undef OC_FIND
}

} // namespace
} // namespace oc

using namespace oc;

#define OC_INTERPOSER(Name, Parameters, Arguments)                             \
  extern "C" __attribute__((visibility("default"))) int Name Parameters {      \
    findLibcs();                                                               \
    if (isWatched())                                                           \
      return Libcs.Name Arguments;                                             \
    KeepOsThread Here;                                                         \
    return __oc_##Name Arguments;                                              \
  }
OC_INTERPOSED(OC_INTERPOSER)
