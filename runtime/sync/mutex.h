// mutex.h - mutexes as other primitives need them.
#ifndef OPEN_CO_SYNC_MUTEX_H
#define OPEN_CO_SYNC_MUTEX_H

#include "sys/deadline.h"

#include <pthread.h>

namespace oc {

/// pthread_mutex_lock with a deadline. \returns 0 or an error number.
int lockMutex(pthread_mutex_t &M, Deadline Until);
/// pthread_mutex_unlock. \returns 0 or an error number.
int unlockMutex(pthread_mutex_t &M);
/// Whether the caller is the owner, if the type has a rule for that.
bool mayUnlock(pthread_mutex_t &M);

/// Whether the kernel or another process looks at the owner of \p M (robust,
/// priority inheritance or protection, process-shared): then libc's own calls
/// are right, on an OS thread of the caller's, which this sees to.
bool leftToKernel(const pthread_mutex_t &M);

/// Makes \p M, which is the caller's, that of its OS thread, for libc to
/// unlock. The caller has that to itself.
void ownAsOsThread(pthread_mutex_t &M);

/// Whether \p T is a valid time for a timed wait.
inline bool isValidTime(const timespec &T) {
  return T.tv_nsec >= 0 && T.tv_nsec < NsPerSecond;
}
/// Whether such a wait can be for \p Time of \p Clock. But for mutexes, libc
/// refuses others whether or not it has to wait.
inline bool canWaitUntil(clockid_t Clock, const timespec &Time) {
  return (Clock == CLOCK_REALTIME || Clock == CLOCK_MONOTONIC) &&
         isValidTime(Time);
}

} // namespace oc

#endif
