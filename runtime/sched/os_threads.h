// os_threads.h - the OS threads on which coroutines run. They are reused and do
// not end while the process lives, but for those that retire.
//
//   idle --Assigned--> drives a worker --coroutine becomes exclusive, or is
//    ^                        |           stuck: loses the worker
//    `---- the coroutine suspends or ends ---'
#ifndef OPEN_CO_SCHED_OS_THREADS_H
#define OPEN_CO_SCHED_OS_THREADS_H

#include "sched/worker.h"

#include <pthread.h>

namespace oc {

/// Blocked on our OS threads: all but what the running instruction raises, and
/// the two signals that libc keeps for itself.
extern const uint64_t WorkerMask;

/// Starts an OS thread of the runtime, with WorkerMask, and the CPUs and policy
/// of \p Attr, if given. \returns 0 or an error number.
int startNativeThread(void *(*Start)(void *), void *Arg,
                      const pthread_attr_t *Attr = nullptr);

/// \returns a thread that waits for a worker; null if there can be none, which
/// is said once.
OsThread *idleOrNewThread();

/// Waits, on \p T itself, for the coroutine that has it to itself. \returns
/// null if none comes.
Coroutine *awaitFirst(OsThread &T);

/// Lets \p C, which does not run, go on on \p T, which awaits it.
void moveTo(OsThread &T, Coroutine &C);

/// \p T has no worker and will wait for one.
void makeIdle(OsThread &T);

/// Waits, on \p T itself, for assign().
Worker &awaitAssignment(OsThread &T);

/// Lets \p T, which waits or is about to, drive \p W.
void assign(OsThread &T, Worker &W);

/// Gives \p W, whose driver is in state \p Expected, to an idle OS thread or a
/// new one. \returns whether it changed hands.
bool handOff(Worker &W, Duty::Word Expected);

/// Whether \p T, whose coroutine has ended, can end, too.
bool retire(OsThread &T);

/// The records of native threads, also of those that have ended. A guard is
/// held while it changes.
extern OsThread *AllForeign;

/// Makes a record, and a coroutine bound to it, for the calling native thread.
/// \returns null without memory.
OsThread *attachForeign();

/// Whether the program must not touch the key \p K.
bool isRuntimesKey(pthread_key_t K);

/// The coroutine of the native thread that libc calls \p Handle; null if it has
/// none. Threads that have ended are found, too.
Coroutine *findForeign(pthread_t Handle);

/// Called when the process's first thread ends alone. Set by thread/.
extern void (*FirstThreadEnded)();

/// The main loop of an OS thread that drives workers (scheduler.cpp).
void driveWorkers(OsThread &T);

void resetOsThreadsInChild();

} // namespace oc

#endif
