// semaphore.cpp - POSIX semaphores. The word keeps glibc's protocol, so main
// and code that was not rebuilt wait in libc's own calls on the same object.
// Coroutines wait in queueFor(semaphore), where sem_post is always ours
// (wakers.cpp). Shared ones are libc's own.
#include "sync/semaphore.h"
#include "libc/timeout.h"
#include "libc/wrapper.h"
#include "sched/wait_queue.h"
#include "signal/signals.h"
#include "sync/interposed.h"
#include "sys/errno.h"
#include "sys/sanitizer.h"
#include "thread/cancel.h"

#include <linux/futex.h>

namespace oc {
namespace {

/// glibc's struct new_sem (nptl/semaphoreP.h) where 64-bit atomics exist.
struct Semaphore {
  uint64_t Word; // The value; above it, how many wait natively.
  int Shared;    // 0: of this process only.
};
static_assert(sizeof(Semaphore) <= sizeof(sem_t));

constexpr uint64_t ValueMask = UINT32_MAX;
constexpr int NativeWaitersShift = 32;

Semaphore &ours(sem_t *S) { return *reinterpret_cast<Semaphore *>(S); }

std::atomic_ref<uint64_t> wordOf(Semaphore &S) {
  return std::atomic_ref<uint64_t>(S.Word);
}

bool tryTake(Semaphore &S) {
  uint64_t Word = wordOf(S).load(std::memory_order_relaxed);
  while (Word & ValueMask)
    if (wordOf(S).compare_exchange_weak(Word, Word - 1,
                                        std::memory_order_acquire,
                                        std::memory_order_relaxed))
      return true;
  return false;
}

/// \returns 0 or a negative errno value.
long take(Semaphore &S, Deadline Until) {
  Coroutine &C = self();
  while (!tryTake(S)) {
    if (Until.hasPassed())
      return -ETIMEDOUT;
    if (C.isInterrupted())
      if (long R = interrupted(Until.isNever())) // As a futex.
        return R;
    waitWhile(
        &S,
        [&] {
          return (wordOf(S).load(std::memory_order_acquire) & ValueMask) == 0;
        },
        Until, true);
  }
  sanitizer::acquire(&S);
  return 0;
}

/// \returns 0 or a negative errno value.
long give(Semaphore &S) {
  const int WakeOp = FUTEX_WAKE | (S.Shared ? 0 : FUTEX_PRIVATE_FLAG);
  sanitizer::release(&S);
  uint64_t Word = wordOf(S).load(std::memory_order_relaxed);
  do
    if ((Word & ValueMask) == SEM_VALUE_MAX)
      return -EOVERFLOW;
  while (!wordOf(S).compare_exchange_weak(
      Word, Word + 1, std::memory_order_release, std::memory_order_relaxed));
  // S may be gone from here on; its address is only a key. libc's sem_post ends
  // the same way.
  if (!wakeFromAnywhere(&S, 1) && Word >> NativeWaitersShift)
    sys::call(SYS_futex, sys::word(&S), WakeOp, 1);
  return 0;
}

/// Whether the caller waits as a coroutine.
bool servesWait(sem_t *S) {
  return suspendable() && !ours(S).Shared && !native::mayBeUsed();
}

int timedTake(sem_t *S, clockid_t Clock, const timespec *Time) {
  return static_cast<int>(toErrno(take(ours(S), Deadline::on(Clock, *Time))));
}

} // namespace

int postSemaphore(sem_t &S) {
  return static_cast<int>(toErrno(give(ours(&S))));
}

} // namespace oc

using namespace oc;

OC_WRAPPER int __oc_sem_wait(sem_t *S) {
  return cancellationPoint([&]() -> int {
    if (servesWait(S))
      return static_cast<int>(toErrno(take(ours(S), Deadline::never())));
    return opaque([&] { return sem_wait(S); });
  });
}

OC_WRAPPER int __oc_sem_timedwait(sem_t *S, const timespec *Time) {
  if (!isValidTime(*Time)) // Refused also with a request.
    return static_cast<int>(toErrno(-EINVAL));
  return cancellationPoint([&]() -> int {
    if (servesWait(S))
      return timedTake(S, CLOCK_REALTIME, Time);
    return opaque([&] { return sem_timedwait(S, Time); });
  });
}

OC_WRAPPER int __oc_sem_clockwait(sem_t *S, clockid_t Clock,
                                  const timespec *Time) {
  if (!canWaitUntil(Clock, *Time))
    return static_cast<int>(toErrno(-EINVAL));
  // libc's is a cancellation point only if it has to wait, unlike the others.
  if (servesWait(S) && tryTake(ours(S))) {
    sanitizer::acquire(&ours(S));
    return 0;
  }
  return cancellationPoint([&]() -> int {
    if (servesWait(S))
      return timedTake(S, Clock, Time);
    return opaque([&] { return sem_clockwait(S, Clock, Time); });
  });
}

OC_WRAPPER int __oc_sem_post(sem_t *S) noexcept {
  if (!runtimeServes() || ours(S).Shared)
    return sem_post(S);
  return postSemaphore(*S);
}
