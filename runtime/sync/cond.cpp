// cond.cpp - condition variables. Coroutines and main wait in queueFor(cond);
// of glibc's fields only the attributes are used, so pthread_cond_init and
// static initialisers work as they are. Process-shared ones are libc's own, on
// exclusive OS threads; so are all where prebuilt code comes to libc's.
#include "libc/timeout.h"
#include "libc/wrapper.h"
#include "sched/wait_queue.h"
#include "sync/interposed.h"
#include "sync/mutex.h"
#include "thread/cancel.h"

#include <cerrno>

namespace oc {
namespace {

// glibc's __wrefs (nptl/pthread_cond_common.c).
constexpr unsigned SharedFlag = 1;
constexpr unsigned MonotonicFlag = 2;

bool isShared(const pthread_cond_t &C) { return C.__data.__wrefs & SharedFlag; }

/// Whether libc's own wait is the right one, and makes ready for it.
bool isNative(const pthread_cond_t &C, pthread_mutex_t &M) {
  if (!runtimeServes() || leftToKernel(M))
    return true;
  if (!isShared(C) && !native::mayBeUsed())
    return false;
  becomeOsThread();
  ownAsOsThread(M);
  return true;
}

clockid_t clockOf(const pthread_cond_t &C) {
  return C.__data.__wrefs & MonotonicFlag ? CLOCK_MONOTONIC : CLOCK_REALTIME;
}

struct CondWaiter : Waiter {
  explicit CondWaiter(pthread_mutex_t &M) : M(M) {}
  pthread_mutex_t &M;
};

/// At the end of a wait, in which the mutex was used all the time.
void lockAgain(pthread_mutex_t &M) {
  lockMutex(M, Deadline::never());
  --M.__data.__nusers;
}

/// A handler ends the thread, or jumps. A signal that it got is somebody
/// else's; and it has the mutex, as libc's cleanup sees to.
void left(Waiter &W) {
  passOn(W);
  lockAgain(static_cast<CondWaiter &>(W).M);
}

/// The caller may unlock \p M. \returns 0 or an error number, EINTR where the
/// caller is cancelled; the mutex is held again in any case.
int wait(pthread_cond_t &C, pthread_mutex_t &M, Deadline Until) {
  WaitQueue &Q = queueFor(&C);
  CondWaiter W(M);
  {
    // In the queue before the mutex is free: a signal after that finds us.
    std::lock_guard Held(Q.Guard);
    Q.add(W, &C);
  }
  ++M.__data.__nusers; // We use it still: pthread_mutex_destroy says EBUSY.
  unlockMutex(M);
  W.Left = left;
  bool Woken = waitOn(Q, W, Until);
  Coroutine &Me = self();
  bool Cancelled = Me.isCancelled();
  Me.CancelOpen = false; // Of the mutex it waits in any case.
  lockAgain(M);
  return Woken ? 0 : Cancelled ? EINTR : ETIMEDOUT;
}

void wakeWaiters(pthread_cond_t &C, int Most, int (*Native)(pthread_cond_t *)) {
  // Somebody waits natively, in code that was not rebuilt: each wait there
  // moves the sequence number on.
  if (!wake(&C, Most) || C.__data.__wseq.__value64)
    Native(&C);
}

/// A wake-up without a reason is allowed; on main there may be one.
template <typename Callable> int point(Callable Wait) {
  int Error = cancellableWait(Wait);
  return Error == EINTR && !currentThread() ? 0 : Error;
}

} // namespace
} // namespace oc

using namespace oc;

OC_WRAPPER int __oc_pthread_cond_wait(pthread_cond_t *C, pthread_mutex_t *M) {
  bool Native = isNative(*C, *M);
  if (!Native && !mayUnlock(*M))
    return EPERM; // As libc, also with a request.
  return cancellationPointOfErrors([&] {
    if (Native)
      return pthread_cond_wait(C, M);
    return point([&] { return wait(*C, *M, Deadline::never()); });
  });
}

OC_WRAPPER int __oc_pthread_cond_clockwait(pthread_cond_t *C,
                                           pthread_mutex_t *M, clockid_t Clock,
                                           const timespec *Time) {
  if (!canWaitUntil(Clock, *Time))
    return EINVAL;
  bool Native = isNative(*C, *M);
  if (!Native && !mayUnlock(*M))
    return EPERM;
  return cancellationPointOfErrors([&] {
    if (Native)
      return pthread_cond_clockwait(C, M, Clock, Time);
    return point([&] { return wait(*C, *M, Deadline::on(Clock, *Time)); });
  });
}

OC_WRAPPER int __oc_pthread_cond_timedwait(pthread_cond_t *C,
                                           pthread_mutex_t *M,
                                           const timespec *Time) {
  return __oc_pthread_cond_clockwait(C, M, clockOf(*C), Time);
}

OC_WRAPPER int __oc_pthread_cond_signal(pthread_cond_t *C) noexcept {
  if (!runtimeServes() || isShared(*C))
    return native::pthread_cond_signal(C);
  wakeWaiters(*C, 1, native::pthread_cond_signal);
  return 0;
}

OC_WRAPPER int __oc_pthread_cond_broadcast(pthread_cond_t *C) noexcept {
  if (!runtimeServes() || isShared(*C))
    return native::pthread_cond_broadcast(C);
  wakeWaiters(*C, Everyone, native::pthread_cond_broadcast);
  return 0;
}
