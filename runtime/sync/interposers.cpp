// interposers.cpp - where code that was not rebuilt calls these functions, it
// comes here: through its PLT, or as the linker finds them in the archive.
// Weak, since a program may have its own.
#include "sync/interposed.h"

#define OC_INTERPOSER(Name, Parameters, Arguments)                             \
  extern "C"                                                                   \
      __attribute__((weak, visibility("default"))) int Name Parameters {       \
    return oc::interposed([&] { return __oc_##Name Arguments; });              \
  }
OC_INTERPOSED(OC_INTERPOSER)
OC_INTERPOSED_C11(OC_INTERPOSER)
