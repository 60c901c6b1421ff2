// os_thread_locks.cpp - locks whose holder libc keeps by OS thread: a thread of
// the program takes them on an OS thread of its own.
#include "libc/wrapper.h"
#include "sched/scheduler.h"

#define OC_ON_EXCLUSIVE_THREAD(Name, Parameters, Arguments)                    \
  OC_WRAPPER int __oc_##Name Parameters noexcept {                             \
    oc::becomeExclusive();                                                     \
    return Name Arguments;                                                     \
  }

OC_ON_EXCLUSIVE_THREAD(pthread_rwlock_clockrdlock,
                       (pthread_rwlock_t * L, clockid_t C, const timespec *T),
                       (L, C, T))
OC_ON_EXCLUSIVE_THREAD(pthread_rwlock_clockwrlock,
                       (pthread_rwlock_t * L, clockid_t C, const timespec *T),
                       (L, C, T))
OC_ON_EXCLUSIVE_THREAD(pthread_rwlock_rdlock, (pthread_rwlock_t * L), (L))
OC_ON_EXCLUSIVE_THREAD(pthread_rwlock_timedrdlock,
                       (pthread_rwlock_t * L, const timespec *T), (L, T))
OC_ON_EXCLUSIVE_THREAD(pthread_rwlock_timedwrlock,
                       (pthread_rwlock_t * L, const timespec *T), (L, T))
OC_ON_EXCLUSIVE_THREAD(pthread_rwlock_tryrdlock, (pthread_rwlock_t * L), (L))
OC_ON_EXCLUSIVE_THREAD(pthread_rwlock_trywrlock, (pthread_rwlock_t * L), (L))
OC_ON_EXCLUSIVE_THREAD(pthread_rwlock_unlock, (pthread_rwlock_t * L), (L))
OC_ON_EXCLUSIVE_THREAD(pthread_rwlock_wrlock, (pthread_rwlock_t * L), (L))
