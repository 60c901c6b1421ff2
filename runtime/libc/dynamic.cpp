// dynamic.cpp - dlsym of a function in the table gives its wrapper. In a file
// of its own: it refers to every wrapper.
#include "libc/wrapper.h"
#include "sys/errno.h"

namespace oc {
namespace {

struct Redirect {
  const char *Name;
  void *Native;
  void *Wrapper;
};

const Redirect Redirects[] = {
#define OC_HOOK(Name, Support, Note)                                           \
  {#Name, reinterpret_cast<void *>(::Name),                                    \
   reinterpret_cast<void *>(__oc_##Name)},
#include "open_co/hooks.def"
};

} // namespace
} // namespace oc

OC_WRAPPER void *__oc_dlsym(void *Handle, const char *Name) noexcept {
  // RTLD_NEXT is relative to the caller, which would be us: the program's own
  // function, if it has one, is then what it gets.
  void *Found = dlsym(Handle, Name);
  for (const oc::Redirect &R : oc::Redirects)
    if (Found == R.Native && strcmp(R.Name, Name) == 0)
      return R.Wrapper;
  return Found;
}
