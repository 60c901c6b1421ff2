// interposed.h - the functions for which libopen-co.so stands in front of libc:
// prebuilt code that uses the same objects as rewritten code comes to the
// wrappers, too. Of locks whose fields keep libc's own protocol (mutexes,
// semaphores) there are none.
#ifndef OPEN_CO_SYNC_INTERPOSED_H
#define OPEN_CO_SYNC_INTERPOSED_H

#include "open_co/hooks.h"

/// Calls \p X with the name, the parameters and the arguments of each.
#define OC_INTERPOSED(X)                                                       \
  X(cnd_broadcast, (cnd_t * C), (C))                                           \
  X(cnd_signal, (cnd_t * C), (C))                                              \
  X(pthread_barrier_wait, (pthread_barrier_t * B), (B))                        \
  X(pthread_cond_broadcast, (pthread_cond_t * C), (C))                         \
  X(pthread_cond_signal, (pthread_cond_t * C), (C))                            \
  X(pthread_rwlock_clockrdlock,                                                \
    (pthread_rwlock_t * L, clockid_t Clock, const timespec *Time),             \
    (L, Clock, Time))                                                          \
  X(pthread_rwlock_clockwrlock,                                                \
    (pthread_rwlock_t * L, clockid_t Clock, const timespec *Time),             \
    (L, Clock, Time))                                                          \
  X(pthread_rwlock_rdlock, (pthread_rwlock_t * L), (L))                        \
  X(pthread_rwlock_timedrdlock, (pthread_rwlock_t * L, const timespec *Time),  \
    (L, Time))                                                                 \
  X(pthread_rwlock_timedwrlock, (pthread_rwlock_t * L, const timespec *Time),  \
    (L, Time))                                                                 \
  X(pthread_rwlock_tryrdlock, (pthread_rwlock_t * L), (L))                     \
  X(pthread_rwlock_trywrlock, (pthread_rwlock_t * L), (L))                     \
  X(pthread_rwlock_unlock, (pthread_rwlock_t * L), (L))                        \
  X(pthread_rwlock_wrlock, (pthread_rwlock_t * L), (L))

/// libc's own; under ThreadSanitizer, the sanitizer's. Set before the program
/// runs.
namespace oc::native {
#define OC_NATIVE(Name, ...) extern decltype(&::Name) Name;
OC_INTERPOSED(OC_NATIVE) // NOLINT(readability-identifier-naming)
#undef OC_NATIVE
} // namespace oc::native

#endif
