// at_exit.h - what the C++ libraries do at the end of a thread, after its
// thread_local destructors. Their own bookkeeping is by OS thread.
#ifndef OPEN_CO_THREAD_AT_EXIT_H
#define OPEN_CO_THREAD_AT_EXIT_H

#include "sync/cxx_locks.h"

namespace oc {

/// Calls \p Function(\p First, \p Second) when the calling thread ends.
void atThreadExit(void (*Function)(void *, void *), void *First, void *Second);

/// std::notify_all_at_thread_exit: takes the mutex over from \p Lock.
void notifyAtThreadExit(pthread_cond_t &Condition, UniqueLock &Lock);

} // namespace oc

#endif
