// scheduler.h - parks and unparks coroutines, and gives OS threads to those
// that need one for themselves. Wrappers see no more of the scheduler.
#ifndef OPEN_CO_SCHED_SCHEDULER_H
#define OPEN_CO_SCHED_SCHEDULER_H

#include "coro/os_thread.h"
#include "sched/openmp.h"
#include "sys/deadline.h"

#include <cerrno>
#include <pthread.h>
#include <type_traits>

namespace oc {

/// Starts the workers and the monitor, if they do not run yet. Until then no
/// OS thread, descriptor or timer of ours exists. \returns 0 or the negative
/// errno value for which it could not. Any thread.
int startScheduler();
bool schedulerRuns();

/// Whether wrappers serve the caller: the scheduler runs, or a handler on top
/// of a wait in our queues has forked this process, where that goes on; and
/// this is not the child of vfork(2), which must leave our memory alone.
inline bool runtimeServes() {
  OsThread *T = thisThread();
  if (T && (T->InVfork || (T->Current && T->Current->InnermostWait)))
    return !T->InVfork;
  return schedulerRuns();
}

/// The coroutine that runs here. A native thread gets one bound to it, which
/// lives as long as the thread; main is the first.
Coroutine &self();

/// Makes a new or suspended coroutine run some time. Any thread.
void makeRunnable(Coroutine &C);

/// Ends \p C's park(), or its next one. Any thread; \p C may even have ended,
/// since control blocks are never unmapped.
void unpark(Coroutine &C);

/// Suspends the running coroutine until somebody unparks it or \p Until
/// passes. May return without either: the caller looks again at what it waits
/// for.
void park(Deadline Until = Deadline::never());

/// After a wait, once nothing but queues of waiters (wait_queue.h) points to
/// its frame: if the coroutine has come to an OS thread of its own the kernel
/// delivers its signals from now on, whose handlers may leave the frame.
void arrive();

/// Lets the other runnable coroutines go first.
void yield();

/// Gives the running coroutine an OS thread to itself, for good: the present
/// one. Its worker goes on with another. For what the kernel or opaque code
/// keeps by OS thread.
void becomeExclusive();

/// The same, and the OS thread ends when the coroutine does.
void becomeOsThread();

/// The same for a thread that a library knows by its OS thread; errno stays.
void becomeTeamMember();

/// The coroutine that runs here if it can be suspended: it shares its OS
/// thread with others. A member of a team of OpenMP's gets that to itself.
/// Null: the native call is the right one.
inline Coroutine *suspendable() {
  Coroutine *C = guest();
  if (!C || !inTeam()) [[likely]]
    return C;
  becomeTeamMember();
  return nullptr;
}

/// Makes \p C, which is new, run on a new OS thread that it has to itself. The
/// kernel lets that inherit from this one; it has the CPUs and the policy of
/// \p Attr, if given. \returns 0 or an error number.
int startOnOwnThread(Coroutine &C, const pthread_attr_t *Attr);

/// Gives \p C an OS thread to itself, to which it moves when it next goes on,
/// unless it has one. Any thread but \p C itself. \returns that; null if there
/// can be none.
OsThread *giveOwnOsThread(Coroutine &C);
/// What it has so far; null: none. The Tid is 0 if \p C has ended.
OsThread *ownOsThread(const Coroutine &C);
/// \p C, which runs here or has ended here, does not move any more.
void stayHere(Coroutine &C, bool Ended = false);

/// Whether this OS thread ends when its coroutine does.
bool retiresHere();

/// The ID of one of the OS threads that coroutines share.
int sharedOsThread();

/// Whether \p Attr names CPUs: \p Cpus.
bool hasAffinity(const pthread_attr_t &Attr, cpu_set_t &Cpus);

/// Gives this OS thread the signal mask of \p C, which runs here.
void makeMaskReal(const Coroutine &C);

/// Leaves the running coroutine for the last time; C.Ended(C) is called.
[[noreturn]] void endCoroutine();

/// The kernel delivers the running coroutine's signals from now on, since its
/// OS thread is its own; or no longer does. Set by signal/.
extern void (*SignalsByKernel)();
extern void (*SignalsByRuntime)();

/// Before and after a call that is known to block the OS thread.
void enterOpaque();
void leaveOpaque();

/// Calls \p Op(Argument) so that a request to cancel the running coroutine ends
/// it: in libc's own cancellation points or, if \p Raw, anywhere. \returns
/// false if that happened; errno is EINTR then. Set by thread/.
extern bool (*CallCancellable)(void (*Op)(void *), void *Argument, bool Raw);

/// Calls \p Op so, where the running coroutine is in a cancellation point.
/// \returns its result, or \p Cancelled.
template <typename Callable, typename T>
T cancellable(Callable Op, T Cancelled, bool Raw = false) {
  struct Call {
    Callable &Op;
    T Result;
  } C{Op, Cancelled};
  if (!currentCoroutine()->CancelOpen)
    return Op();
  auto Run = [](void *Argument) {
    auto *C = static_cast<Call *>(Argument);
    C->Result = C->Op();
  };
  return CallCancellable(Run, &C, Raw) ? C.Result : Cancelled;
}

/// What a call that was cancelled returns.
template <typename T> T failed() {
  if constexpr (std::is_pointer_v<T>)
    return nullptr;
  else
    return static_cast<T>(-1);
}

/// Calls \p Op, which may block the OS thread: the worker's queue then goes to
/// another thread. Signals interrupt it as natively. Op's errno is kept.
template <typename Callable> auto opaque(Callable Op) {
  if (!suspendable())
    return Op();
  enterOpaque();
  auto Result = cancellable(Op, failed<decltype(Op())>());
  leaveOpaque();
  return Result;
}

/// The same for a system call of ours, which has no cancellation point in libc.
template <typename Callable> long opaqueRaw(Callable Op) {
  enterOpaque();
  long Result = cancellable(Op, long{-EINTR}, true);
  leaveOpaque();
  return Result;
}

/// In a forked child: the calling coroutine keeps its OS thread; nothing else
/// exists, and nothing runs until startScheduler().
void resetSchedulerInChild();

} // namespace oc

#endif
