// c11.cpp - C11's mutexes and conditions (threads.h): the POSIX ones by other
// names, with results of their own.
#include "sync/c11.h"
#include "libc/wrapper.h"

using namespace oc;

OC_WRAPPER int __oc_mtx_lock(mtx_t *M) {
  return toC11(__oc_pthread_mutex_lock(mutexOf(M)));
}
OC_WRAPPER int __oc_mtx_timedlock(mtx_t *M, const timespec *Time) {
  return toC11(__oc_pthread_mutex_timedlock(mutexOf(M), Time));
}
OC_WRAPPER int __oc_mtx_trylock(mtx_t *M) {
  return toC11(__oc_pthread_mutex_trylock(mutexOf(M)));
}
OC_WRAPPER int __oc_mtx_unlock(mtx_t *M) {
  return toC11(__oc_pthread_mutex_unlock(mutexOf(M)));
}
OC_WRAPPER int __oc_cnd_wait(cnd_t *C, mtx_t *M) {
  return toC11(__oc_pthread_cond_wait(condOf(C), mutexOf(M)));
}
OC_WRAPPER int __oc_cnd_timedwait(cnd_t *C, mtx_t *M, const timespec *Time) {
  return toC11(
      __oc_pthread_cond_clockwait(condOf(C), mutexOf(M), CLOCK_REALTIME, Time));
}
OC_WRAPPER int __oc_cnd_signal(cnd_t *C) {
  return toC11(__oc_pthread_cond_signal(condOf(C)));
}
OC_WRAPPER int __oc_cnd_broadcast(cnd_t *C) {
  return toC11(__oc_pthread_cond_broadcast(condOf(C)));
}
