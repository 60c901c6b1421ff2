// interposed.h - the functions for which the runtime stands in front of libc:
// prebuilt code that uses the same objects as rewritten code comes to the
// wrappers, too. Of locks whose fields keep libc's own protocol (mutexes,
// semaphores) there are none.
#ifndef OPEN_CO_SYNC_INTERPOSED_H
#define OPEN_CO_SYNC_INTERPOSED_H

#include "coro/os_thread.h"
#include "open_co/hooks.h"
#include "sys/sanitizer.h"

/// Calls \p X with the name, the parameters and the arguments of each of POSIX.
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

namespace oc {
namespace native {

/// libc's own.
#define OC_NATIVE(Name, ...) extern decltype(&::Name) Name;
OC_INTERPOSED(OC_NATIVE) // NOLINT(readability-identifier-naming)
#undef OC_NATIVE

/// Whether prebuilt code may come to libc's own: where the linker or ld.so
/// found that in front of the runtime, objects have to be libc's in all
/// threads.
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
