// dynamic.cpp - dlsym of a function in the table gives its wrapper. In a file
// of its own: it refers to every wrapper. A call that fails leaves a text for
// dlerror with the OS thread, which is the caller's own from then on.
#include "libc/wrapper.h"
#include "sched/scheduler.h"
#include "sys/errno.h"
#include "thread/locals.h"

#include <alloca.h>

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

/// The calling thread's thread_local \p Name, if \p Handle has one: rewritten
/// code has it under another name.
void *findLocal(void *Handle, const char *Name) {
  static constexpr char Suffix[] = ".oc_local";
  size_t Length = strlen(Name);
  auto *Local = static_cast<char *>(alloca(Length + sizeof Suffix));
  memcpy(Local, Name, Length);
  memcpy(Local + Length, Suffix, sizeof Suffix);
  if (void *Found = dlsym(Handle, Local))
    return __oc_locals_elsewhere(Found);
  return dlsym(Handle, Name); // For dlerror.
}

/// \p Found, a function \p Name of libc's, or its wrapper. A sanitizer, or we
/// (sync/interposers.cpp), may stand in front of libc's.
void *wrapperOf(void *Found, const char *Name) {
  for (const Redirect &R : Redirects)
    if (strcmp(R.Name, Name) == 0 &&
        (Found == R.Native || Found == dlsym(RTLD_NEXT, Name)))
      return R.Wrapper;
  return Found;
}

template <typename T> T keepError(T Result, bool Failed) {
  if (Failed)
    becomeOsThread();
  return Result;
}

} // namespace
} // namespace oc

using namespace oc;

OC_WRAPPER void *__oc_dlsym(void *Handle, const char *Name) noexcept {
  // RTLD_NEXT is relative to the caller, which would be us: the program's own
  // function, if it has one, is then what it gets.
  void *Found = dlsym(Handle, Name);
  Found = Found ? wrapperOf(Found, Name) : findLocal(Handle, Name);
  return keepError(Found, !Found);
}

OC_WRAPPER void *__oc_dlvsym(void *Handle, const char *Name,
                             const char *Version) noexcept {
  void *Found = dlvsym(Handle, Name, Version);
  return keepError(Found ? wrapperOf(Found, Name) : nullptr, !Found);
}

OC_WRAPPER int __oc_dlinfo(void *Handle, int Request, void *Info) noexcept {
  int Result = dlinfo(Handle, Request, Info);
  return keepError(Result, Result != 0);
}
