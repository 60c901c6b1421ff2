// interposed.h - the functions for which the runtime stands in front of libc:
// prebuilt code that uses the same objects as rewritten code comes to the
// wrappers, too. Where prebuilt code has to wait in libc's functions, which
// know OS threads (mutexes, semaphores), objects keep libc's own protocol, and
// the runtime only stands in front of what wakes (wakers.cpp).
#ifndef OPEN_CO_SYNC_INTERPOSED_H
#define OPEN_CO_SYNC_INTERPOSED_H

#include "coro/os_thread.h"
#include "open_co/hooks.h"
#include "sys/sanitizer.h"

/// What defines them: weak, since a program may have its own.
#define OC_IN_FRONT extern "C" __attribute__((weak, visibility("default")))

/// Calls \p X with the name, the parameters and the arguments of each of POSIX
/// that is a wrapper's.
#define OC_INTERPOSED(X)                                                       \
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

/// The same of C11, which are the POSIX ones by other names.
#define OC_INTERPOSED_C11(X)                                                   \
  X(cnd_broadcast, (cnd_t * C), (C))                                           \
  X(cnd_signal, (cnd_t * C), (C))

/// Those that release a mutex, some in a wait.
#define OC_RELEASING(X)                                                        \
  X(pthread_cond_clockwait,                                                    \
    (pthread_cond_t * C, pthread_mutex_t * M, clockid_t Clock,                 \
     const timespec *Time),                                                    \
    (C, M, Clock, Time))                                                       \
  X(pthread_cond_timedwait,                                                    \
    (pthread_cond_t * C, pthread_mutex_t * M, const timespec *Time),           \
    (C, M, Time))                                                              \
  X(pthread_cond_wait, (pthread_cond_t * C, pthread_mutex_t * M), (C, M))      \
  X(pthread_mutex_unlock, (pthread_mutex_t * M), (M))

namespace oc {
namespace native {

/// libc's own.
#define OC_NATIVE(Name, ...) extern decltype(&::Name) Name;
OC_INTERPOSED(OC_NATIVE) // NOLINT(readability-identifier-naming)
OC_RELEASING(OC_NATIVE)  // NOLINT(readability-identifier-naming)
#undef OC_NATIVE

/// Whether prebuilt code may come to libc's own: where the linker or ld.so
/// found that in front of the runtime, objects have to be libc's in all
/// threads, and waits the kernel's.
bool mayBeUsed();
/// A library is about to be loaded; \p Apart, where libc comes first.
void loading(bool Apart);

} // namespace native

/// Calls \p Wrapper for prebuilt code. A coroutine that is in such code waits
/// with its OS thread: that code may hold what belongs to it. ThreadSanitizer's
/// functions stand in front of ours and call them.
template <typename Callable> int interposed(Callable Wrapper) {
  KeepOsThread Here;
  sanitizer::Knows Call;
  return Wrapper();
}

} // namespace oc

#endif
