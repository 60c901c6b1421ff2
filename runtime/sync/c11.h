// c11.h - what C11's names (threads.h) stand for.
#ifndef OPEN_CO_SYNC_C11_H
#define OPEN_CO_SYNC_C11_H

#include <cerrno>
#include <pthread.h>
#include <threads.h>

namespace oc {

static_assert(sizeof(mtx_t) == sizeof(pthread_mutex_t) &&
              sizeof(cnd_t) == sizeof(pthread_cond_t) &&
              sizeof(once_flag) == sizeof(pthread_once_t));

inline pthread_mutex_t *mutexOf(mtx_t *M) {
  return reinterpret_cast<pthread_mutex_t *>(M);
}
inline pthread_cond_t *condOf(cnd_t *C) {
  return reinterpret_cast<pthread_cond_t *>(C);
}
inline pthread_once_t *onceOf(once_flag *Flag) {
  return reinterpret_cast<pthread_once_t *>(Flag);
}

/// What C11 says for an error number.
inline int toC11(int Error) {
  switch (Error) {
  case 0:
    return thrd_success;
  case EBUSY:
    return thrd_busy;
  case ETIMEDOUT:
    return thrd_timedout;
  case ENOMEM:
    return thrd_nomem;
  }
  return thrd_error;
}

} // namespace oc

#endif
