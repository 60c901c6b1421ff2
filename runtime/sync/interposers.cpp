// interposers.cpp - where code that was not rebuilt calls these functions, it
// comes here: through its PLT, or as the linker finds them in the archive.
#include "sync/c11.h"
#include "sync/guarded.h"
#include "sync/interposed.h"

#define OC_INTERPOSER(Name, Parameters, Arguments)                             \
  OC_IN_FRONT int Name Parameters {                                            \
    return oc::interposed([&] { return __oc_##Name Arguments; });              \
  }
OC_INTERPOSED(OC_INTERPOSER)
OC_INTERPOSED_C11(OC_INTERPOSER)

namespace oc {
namespace {

/// An initialiser may throw, or be cancelled.
struct OnceCall {
  pthread_once_t *Once;
  void (*Initialise)();
  KeepOsThread Here;
};

int once(pthread_once_t *Once, void (*Initialise)()) {
  OnceCall Call{Once, Initialise, {}};
  __oc_call_guarded(
      [](void *Pointer) {
        auto &Call = *static_cast<OnceCall *>(Pointer);
        __oc_pthread_once(Call.Once, Call.Initialise);
      },
      &Call,
      [](void *Pointer) {
        static_cast<OnceCall *>(Pointer)->Here.~KeepOsThread();
      },
      &Call);
  return 0;
}

} // namespace
} // namespace oc

OC_IN_FRONT int pthread_once(pthread_once_t *Once, void (*Initialise)()) {
  return oc::once(Once, Initialise);
}
OC_IN_FRONT void call_once(once_flag *Flag, void (*Initialise)()) {
  oc::once(oc::onceOf(Flag), Initialise);
}
