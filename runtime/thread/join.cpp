// join.cpp - waiting for the end of a thread.
#include "libc/timeout.h"
#include "libc/wrapper.h"
#include "sched/wait_queue.h"
#include "sys/sanitizer.h"
#include "thread/cancel.h"
#include "thread/thread_block.h"

#include <utility>

namespace oc {
namespace {

/// If an OS thread ends with \p T, that is gone when this returns: it would
/// still take part in what libc does on all of them (setgroups and its kin).
void awaitOsThread(ThreadBlock &T) {
  if (!T.EndsWith)
    return;
  int State; // Of the caller's OS thread.
  pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &State);
  pthread_join(std::exchange(T.EndsWith, 0), nullptr); // It is about to end.
  pthread_setcancelstate(State, nullptr);
}

/// Others may join \p T. It may have ended just now; then the phase says so.
void giveUp(ThreadBlock &T) {
  Phase Was = Phase::Joining;
  T.Life.compare_exchange_strong(Was, Phase::Joinable);
}

/// A handler ends the thread that waits for another, or jumps.
void left(Waiter &W) {
  auto *T = static_cast<const volatile ThreadBlock *>(W.Address);
  giveUp(*const_cast<ThreadBlock *>(T));
}

/// Waits for \p T and takes its result. \returns an error number, EINTR where
/// the caller is cancelled.
int waitFor(ThreadBlock &T, void **Result, Deadline Until) {
  if (T.Life.load() == Phase::Detached)
    return EINVAL;
  if (&T == currentThread())
    return EDEADLK;
  Phase Was = Phase::Joinable;
  if (!T.Life.compare_exchange_strong(Was, Phase::Joining) &&
      Was != Phase::Ended)
    return EINVAL; // Detached, or somebody else is waiting.
  bool HasEnded = Was == Phase::Ended;
  auto IsRunning = [&] { return !(HasEnded = T.HasEnded); };
  while (!HasEnded)
    if (!waitWhile(&T, IsRunning, Until, false, left)) {
      giveUp(T);
      return self().isCancelled() ? EINTR : ETIMEDOUT;
    }
  sanitizer::acquire(&T);
  if (Result)
    sanitizer::give(*Result, T.Result);
  awaitOsThread(T);
  releaseThread(T);
  return 0;
}

int join(ThreadBlock &T, void **Result, Deadline Until) {
  int Error;
  do
    Error = cancellableWait([&] { return waitFor(T, Result, Until); });
  while (Error == EINTR && thisThread()->Foreign);
  return Error;
}

/// As in libc, a join is a cancellation point only where it has to wait.
template <typename Callable> int joinPoint(Callable Op) {
  return cancellationPointOfErrors(Op, /*AtOnce=*/false);
}

int timedJoin(pthread_t Handle, void **Result, clockid_t Clock,
              const timespec *Time) {
  auto Ours = [&](ThreadBlock &T) {
    if (!canWaitOn(Clock))
      return EINVAL;
    if (!Time)
      return join(T, Result, Deadline::never());
    // What need not be waited for is joined whatever the time.
    bool CanWait = isValidTime(*Time);
    Deadline Until = CanWait ? Deadline::on(Clock, *Time) : Deadline::at(0);
    int Error = join(T, Result, Until);
    return Error == ETIMEDOUT && !CanWait ? EINVAL : Error;
  };
  auto Native = [&] {
    return opaque(
        [&] { return pthread_clockjoin_np(Handle, Result, Clock, Time); });
  };
  return joinPoint([&] { return forThread(Handle, Ours, Native); });
}

int detach(ThreadBlock &T) {
  WaitQueue &Q = queueFor(&T);
  bool Release;
  {
    std::lock_guard Held(Q.Guard);
    Phase Was = T.Life.load();
    if (Was == Phase::Detached)
      return EINVAL;
    if (Was == Phase::Joining) // Who waits for it releases it.
      return 0;
    Release = T.HasEnded;
    T.Life.store(Phase::Detached);
  }
  if (Release)
    releaseThread(T);
  return 0;
}

} // namespace

bool hasEnded(ThreadBlock &T) {
  std::lock_guard Held(queueFor(&T).Guard);
  return T.HasEnded;
}

} // namespace oc

using namespace oc;

OC_WRAPPER int __oc_pthread_join(pthread_t Handle, void **Result) {
  return joinPoint([&]() -> int {
    return forThread(
        Handle,
        [&](ThreadBlock &T) { return join(T, Result, Deadline::never()); },
        [&] { return opaque([&] { return pthread_join(Handle, Result); }); });
  });
}

OC_WRAPPER int __oc_pthread_tryjoin_np(pthread_t Handle,
                                       void **Result) noexcept {
  return forThread(
      Handle,
      [&](ThreadBlock &T) {
        {
          std::lock_guard Held(queueFor(&T).Guard);
          if (!T.HasEnded) // Whoever may join it.
            return EBUSY;
        }
        return waitFor(T, Result, Deadline::never());
      },
      [&] { return pthread_tryjoin_np(Handle, Result); });
}

OC_WRAPPER int __oc_pthread_timedjoin_np(pthread_t Handle, void **Result,
                                         const timespec *Time) {
  return timedJoin(Handle, Result, CLOCK_REALTIME, Time);
}

OC_WRAPPER int __oc_pthread_clockjoin_np(pthread_t Handle, void **Result,
                                         clockid_t Clock,
                                         const timespec *Time) {
  return timedJoin(Handle, Result, Clock, Time);
}

OC_WRAPPER int __oc_pthread_detach(pthread_t Handle) noexcept {
  return forThread(Handle, detach, [&] { return pthread_detach(Handle); });
}
