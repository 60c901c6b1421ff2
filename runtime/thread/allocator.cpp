// allocator.cpp - when is a coroutine inside the program's own malloc? libc
// calls that while it holds locks of its own, which belong to the OS thread
// (a stream's, the loader's). So a coroutine is not suspended there: it waits
// for the allocator's locks on its OS thread, as natively. If that takes long,
// the monitor gives its worker to another.
#include "coro/os_thread.h"

// Called by what the compiler plugin makes of malloc and its kin.
extern "C" {

__attribute__((visibility("default"))) void __oc_enter_allocator() noexcept {
  if (oc::Coroutine *C = oc::currentCoroutine())
    ++C->KeepsHere;
}

__attribute__((visibility("default"))) void __oc_leave_allocator() noexcept {
  // Zero: the runtime met this OS thread during the call.
  if (oc::Coroutine *C = oc::currentCoroutine(); C && C->KeepsHere)
    --C->KeepsHere;
}
}
