// interposers.cpp - of libopen-co.so only: where code that was not rebuilt
// calls these functions through its PLT, it comes here. A coroutine that is in
// such code waits with its OS thread: that code may hold what belongs to it.
#include "coro/os_thread.h"
#include "sync/interposed.h"
#include "sys/sanitizer.h"

namespace oc {
namespace {

/// What stands behind us: libc's own.
#define OC_BEHIND(Name, ...) decltype(&::Name) Name;
struct {
  OC_INTERPOSED(OC_BEHIND) // NOLINT(readability-identifier-naming)
} Behind;
#undef OC_BEHIND

/// ThreadSanitizer's functions stand in front of ours and call them. They say
/// all that it has to know, so libc's have to follow.
bool isWatched() { return __tsan_acquire; }

/// An early constructor: libraries' constructors may come here before it.
[[gnu::constructor(101)]] void lookBehind() {
  if (Behind.cnd_broadcast)
    return;
#define OC_LOOK(Name, ...)                                                     \
  Behind.Name = reinterpret_cast<decltype(&::Name)>(dlsym(RTLD_NEXT, #Name));  \
  if (!isWatched())                                                            \
    native::Name = Behind.Name;
  OC_INTERPOSED(OC_LOOK)
#undef OC_LOOK
}

} // namespace
} // namespace oc

using namespace oc;

#define OC_INTERPOSER(Name, Parameters, Arguments)                             \
  extern "C" __attribute__((visibility("default"))) int Name Parameters {      \
    lookBehind();                                                              \
    if (isWatched())                                                           \
      return Behind.Name Arguments;                                            \
    KeepOsThread Here;                                                         \
    return __oc_##Name Arguments;                                              \
  }
OC_INTERPOSED(OC_INTERPOSER)
