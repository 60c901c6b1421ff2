// wait.cpp - waiting for signals. The kernel knows those for the process; in an
// opaque call it has the coroutine's own as well, and its mask.
#include "libc/wrapper.h"
#include "sched/scheduler.h"
#include "signal/signals.h"
#include "thread/cancel.h"

using namespace oc;

OC_WRAPPER int __oc_pause() {
  return cancellationPoint(
      [&]() -> int { return opaque([] { return pause(); }); });
}

OC_WRAPPER int __oc_sigsuspend(const sigset_t *Set) {
  return cancellationPoint([&] {
    uint64_t Bits;
    if (!suspendable() ||
        !readUser(Bits, reinterpret_cast<const uint64_t *>(Set)))
      return sigsuspend(Set);
    enterOpaque();
    int Result;
    {
      TemporaryMask Here(&Bits); // As handlers see it.
      Result = cancellable([&] { return sigsuspend(Set); }, -1);
    }
    leaveOpaque();
    return Result;
  });
}

OC_WRAPPER int __oc_sigwait(const sigset_t *Set, int *Signal) {
  return cancellationPointOfErrors(
      [&]() -> int { return opaque([&] { return sigwait(Set, Signal); }); });
}

OC_WRAPPER int __oc_sigwaitinfo(const sigset_t *Set, siginfo_t *Info) {
  return cancellationPoint(
      [&]() -> int { return opaque([&] { return sigwaitinfo(Set, Info); }); });
}

OC_WRAPPER int __oc_sigtimedwait(const sigset_t *Set, siginfo_t *Info,
                                 const timespec *Timeout) {
  return cancellationPoint([&]() -> int {
    return opaque([&] { return sigtimedwait(Set, Info, Timeout); });
  });
}
