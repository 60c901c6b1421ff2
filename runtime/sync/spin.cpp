// spin.cpp - spin locks. Their holder may be suspended, so whoever waits gives
// way; the lock itself is libc's.
#include "libc/wrapper.h"
#include "sched/scheduler.h"
#include "signal/signals.h"

#include <cerrno>

OC_WRAPPER int __oc_pthread_spin_lock(pthread_spinlock_t *L) noexcept {
  if (!oc::suspendable())
    return pthread_spin_lock(L);
  constexpr int Spins = 100; // Its holder mostly runs, and is done by then.
  for (int I = 1; pthread_spin_trylock(L) == EBUSY; ++I) {
    __builtin_ia32_pause();
    if (I % Spins == 0) {
      oc::deliverSignals(); // The wait goes on.
      oc::yield();
    }
  }
  return 0;
}
