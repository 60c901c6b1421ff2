// cxx_locks.h - the locks of C++'s standard libraries, as they lie in memory:
// std::mutex is a pthread_mutex_t, std::condition_variable a pthread_cond_t.
#ifndef OPEN_CO_SYNC_CXX_LOCKS_H
#define OPEN_CO_SYNC_CXX_LOCKS_H

#include "open_co/hooks.h"
#include "sync/guarded.h"
#include "sys/message.h"

// libc++'s; absent in other programs, which do not come here.
extern "C" [[noreturn]] void _ZNSt3__120__throw_system_errorEiPKc(int,
                                                                  const char *)
    __attribute__((weak));

namespace oc {

/// std::unique_lock<std::mutex>, of libstdc++ and of libc++.
struct UniqueLock {
  pthread_mutex_t *Mutex;
  bool Owns;
};

namespace libcxx {

inline void throwIf(int Error, const char *What) {
  if (Error && !_ZNSt3__120__throw_system_errorEiPKc)
    fail("%s", What); // A static program that throws none itself.
  if (Error)
    _ZNSt3__120__throw_system_errorEiPKc(Error, What);
}

inline void lock(pthread_mutex_t &M) {
  throwIf(__oc_pthread_mutex_lock(&M), "mutex lock failed");
}

/// Calls \p Body while it holds \p M; also an exception or a cancellation
/// unlocks it.
template <typename Callable> void locked(pthread_mutex_t &M, Callable Body) {
  lock(M);
  __oc_call_guarded(
      [](void *Pointer) { (*static_cast<Callable *>(Pointer))(); }, &Body,
      [](void *Held) {
        __oc_pthread_mutex_unlock(static_cast<pthread_mutex_t *>(Held));
      },
      &M);
  __oc_pthread_mutex_unlock(&M);
}

/// The same if it is free. \returns whether it was and \p Body said true.
template <typename Callable> bool ifFree(pthread_mutex_t &M, Callable Body) {
  if (__oc_pthread_mutex_trylock(&M))
    return false;
  bool Result = Body();
  __oc_pthread_mutex_unlock(&M);
  return Result;
}

} // namespace libcxx
} // namespace oc

#endif
