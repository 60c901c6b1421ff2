// dynamic.cpp - dlsym of a function in the table gives its wrapper. In a file
// of its own: it refers to every wrapper. A call that fails leaves a text for
// dlerror with the OS thread, which is the caller's own from then on.
#include "libc/wrapper.h"
#include "sched/scheduler.h"
#include "sync/interposed.h"
#include "sys/errno.h"
#include "thread/locals.h"

#include <alloca.h>

namespace oc {
namespace {

struct Redirect {
  const char *WrapperName;
  void *Native;
  void *Wrapper;

  const char *name() const { return WrapperName + strlen("__oc_"); }
};

const Redirect Redirects[] = {
#define OC_HOOK(Name, Support, Note)                                           \
  {"__oc_" #Name, reinterpret_cast<void *>(::Name),                            \
   reinterpret_cast<void *>(__oc_##Name)},
#include "open_co/hooks.def"
};

#define OC_NAME(Name, ...) #Name,
constexpr const char *Interposed[] = {OC_INTERPOSED(OC_NAME)};

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

/// What a function of the program's, that \p R is about, calls as the next of
/// its name: the runtime's own wrapper if that is the function that stands in
/// front of libc's, which is \p Found. Other wrappers would call the program's.
void *nextOf(const Redirect &R, void *Found) {
  for (const char *Name : Interposed)
    if (strcmp(R.name(), Name) == 0)
      if (void *Runtime = openAgain(Redirects)) // It stays loaded anyhow.
        return dlsym(Runtime, R.WrapperName);
  return Found;
}

/// \p Found, a function \p Name of libc's, or its wrapper. A sanitizer, or we
/// (sync/interposers.cpp), may stand in front of libc's.
void *wrapperOf(void *Found, const char *Name) {
  for (const Redirect &R : Redirects) {
    if (strcmp(R.name(), Name) != 0)
      continue;
    if (Found == R.Native)
      return R.Wrapper;
    if (Found == dlsym(RTLD_NEXT, Name)) {
      bool IsDefined = R.Native == R.Wrapper; // By the program.
      return IsDefined ? nextOf(R, Found) : R.Wrapper;
    }
  }
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
