// os_thread_locks.cpp - locks whose holder libc keeps by OS thread: a thread of
// the program takes them on an OS thread of its own.
#include "libc/wrapper.h"
#include "sched/scheduler.h"

OC_WRAPPER void __oc_flockfile(FILE *F) noexcept {
  oc::becomeExclusive();
  flockfile(F);
}

OC_WRAPPER int __oc_ftrylockfile(FILE *F) noexcept {
  oc::becomeExclusive();
  return ftrylockfile(F);
}

OC_WRAPPER void __oc_funlockfile(FILE *F) noexcept {
  oc::becomeExclusive();
  funlockfile(F);
}
