// dynamic_load.cpp - loading and unloading libraries. Meanwhile the OS thread
// holds a lock of libc's, and the library's constructors and destructors may
// block: the thread must not go on elsewhere. The OS thread ends with it, since
// dlerror's text belongs to that, too.
#include "libc/wrapper.h"
#include "sched/scheduler.h"
#include "sync/interposed.h"
#include "thread/locals.h"

#include <dlfcn.h>
#include <link.h>

#define OC_BEGIN extern "C" __attribute__((visibility("hidden"))) void

OC_BEGIN __oc_dlopen_begin(const char *, int Mode) {
  oc::native::loading(Mode & RTLD_DEEPBIND);
  oc::becomeOsThread();
}

OC_BEGIN __oc_dlmopen_begin(Lmid_t Namespace, const char *, int Mode) {
  oc::native::loading(Namespace != LM_ID_BASE || Mode & RTLD_DEEPBIND);
  oc::becomeOsThread();
}

OC_WRAPPER int __oc_dlclose(void *Handle) noexcept {
  oc::becomeOsThread();
  oc::dropPins();
  return dlclose(Handle);
}

/// Calls \p Visit with the loader's lock held.
OC_WRAPPER int __oc_dl_iterate_phdr(int (*Visit)(dl_phdr_info *, size_t,
                                                 void *),
                                    void *Argument) {
  oc::becomeExclusive();
  return dl_iterate_phdr(Visit, Argument);
}
