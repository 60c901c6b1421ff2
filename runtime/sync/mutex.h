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

/// Prebuilt code is about to wait for a condition of libc's, which releases
/// \p M meanwhile. \returns what takeMutexBack() wants after that.
int lendMutex(pthread_mutex_t &M);
void takeMutexBack(pthread_mutex_t &M, int Owner);

/// pthread_mutex_unlock by prebuilt code, whoever has locked \p M.
int unlockForPrebuilt(pthread_mutex_t &M);

} // namespace oc

#endif
