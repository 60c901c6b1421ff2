// dynamic_load.cpp - loading and unloading libraries. Meanwhile the OS thread
// holds a lock of libc's, and the library's constructors and destructors may
// block: the thread must not go on elsewhere.
#include "libc/wrapper.h"
#include "sched/scheduler.h"
#include "thread/locals.h"

#include <dlfcn.h>

extern "C" __attribute__((visibility("hidden"))) void __oc_dlopen_begin() {
  oc::becomeExclusive();
}

OC_WRAPPER int __oc_dlclose(void *Handle) noexcept {
  oc::becomeExclusive();
  oc::dropPins();
  return dlclose(Handle);
}
