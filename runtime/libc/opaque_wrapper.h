// opaque_wrapper.h - the body of a row that blocks inside libc: another OS
// thread takes the worker's queue meanwhile.
#ifndef OPEN_CO_LIBC_OPAQUE_WRAPPER_H
#define OPEN_CO_LIBC_OPAQUE_WRAPPER_H

#include "libc/wrapper.h"
#include "thread/cancel.h"

/// \p Type Name\p Parameters, called with \p Arguments.
#define OC_OPAQUE(Type, Name, Parameters, Arguments)                           \
  OC_WRAPPER Type __oc_##Name Parameters {                                     \
    return oc::cancellationPoint(                                              \
        [&] { return oc::opaque([&] { return Name Arguments; }); });           \
  }

/// The same for what libc declares as throwing nothing.
#define OC_OPAQUE_NOTHROW(Type, Name, Parameters, Arguments)                   \
  OC_WRAPPER Type __oc_##Name Parameters noexcept {                            \
    return oc::opaque([&] { return Name Arguments; });                         \
  }

/// The same without a result, and last `noexcept` where libc says so.
#define OC_OPAQUE_VOID(Name, Parameters, Arguments, ...)                       \
  OC_WRAPPER void __oc_##Name Parameters __VA_ARGS__ {                         \
    oc::opaque([&] {                                                           \
      Name Arguments;                                                          \
      return 0;                                                                \
    });                                                                        \
  }

#endif
