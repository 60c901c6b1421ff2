// interposers.cpp - where code that was not rebuilt calls these functions, it
// comes here: through its PLT, or as the linker finds them in the archive.
#include "sync/interposed.h"

#define OC_INTERPOSER(Name, Parameters, Arguments)                             \
  OC_IN_FRONT int Name Parameters {                                            \
    return oc::interposed([&] { return __oc_##Name Arguments; });              \
  }
OC_INTERPOSED(OC_INTERPOSER)

#define OC_WHOLE(Type, Name, Parameters, Arguments)                            \
  OC_IN_FRONT Type Name Parameters {                                           \
    return oc::interposed([&] { return __oc_##Name Arguments; });              \
  }
OC_INTERPOSED_WHOLE(OC_WHOLE)
