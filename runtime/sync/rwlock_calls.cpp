// rwlock_calls.cpp - whose a read-write lock is. The fields that glibc uses say
// that a writer holds it, for good: code that comes to libc's functions with
// the same lock (sync/interposed.h) waits there, and is noticed. Process-shared
// locks are libc's own, on exclusive OS threads; so are all where prebuilt code
// comes to libc's.
#include "libc/timeout.h"
#include "libc/wrapper.h"
#include "sched/scheduler.h"
#include "sync/interposed.h"
#include "sync/rwlock.h"
#include "sys/message.h"
#include "sys/sanitizer.h"

namespace oc {
namespace {

/// glibc's __readers and __writers, __wrphase_futex and __writers_futex while a
/// writer holds the lock and nobody waits (nptl/pthread_rwlock_common.c).
/// Whoever comes to wait changes them.
constexpr uint64_t Sealed[2] = {3, uint64_t{1} << 32 | 1};
constexpr uint32_t Seal = 0x6f632d72; // Whose writer that is: ours.

bool isSealed(RwLock &L) {
  return std::atomic_ref(L.Native[0]).load(std::memory_order_relaxed) ==
             Sealed[0] &&
         std::atomic_ref(L.Native[1]).load(std::memory_order_relaxed) ==
             Sealed[1] &&
         L.Seal.load(std::memory_order_relaxed) == Seal;
}

/// Closes the lock to libc's own functions, at its first use.
void seal(RwLock &L) {
  bool Untouched = !std::atomic_ref(L.Native[0]).load() &&
                   !std::atomic_ref(L.Native[1]).load();
  if (Untouched)
    L.Seal.store(Seal);
  bool Theirs = L.Seal.load() != Seal; // Else another of ours is faster.
  for (int I : {0, 1}) {
    uint64_t Now = 0;
    Theirs |=
        !std::atomic_ref(L.Native[I]).compare_exchange_strong(Now, Sealed[I]) &&
        Now != Sealed[I];
  }
  if (Theirs)
    fail("the read-write lock at %p is used by code that was built without "
         "open-co, too; rebuild that code",
         static_cast<void *>(&L));
}

bool isNative(RwLock &L) {
  return L.Shared || (native::mayBeUsed() && L.Seal.load() != Seal);
}

/// The lock, if we serve it; else libc's calls are right, which this makes
/// ready for.
RwLock *ours(pthread_rwlock_t *Object) {
  auto *L = reinterpret_cast<RwLock *>(Object);
  if (isSealed(*L)) [[likely]]
    return L;
  if (isNative(*L)) {
    becomeOsThread(); // Its writer is one, and ends with the thread.
    return nullptr;
  }
  seal(*L);
  return L;
}

//===- What ThreadSanitizer is told ---------------------------------------===//

/// \returns \p Result.
int took(pthread_rwlock_t *L, int Result, unsigned Flags) {
  if (Result == 0)
    sanitizer::locked(L, Flags);
  return Result;
}

/// The caller holds \p L.
void unlocking(RwLock &L) {
  bool Writes = L.Writer.load(std::memory_order_relaxed);
  sanitizer::unlocking(&L, Writes ? sanitizer::Exclusive : sanitizer::Shared);
}

} // namespace
} // namespace oc

using namespace oc;

OC_WRAPPER int __oc_pthread_rwlock_rdlock(pthread_rwlock_t *L) noexcept {
  RwLock *Ours = ours(L);
  return took(L,
              Ours ? lockToRead(*Ours, Deadline::never())
                   : native::pthread_rwlock_rdlock(L),
              sanitizer::Shared);
}

OC_WRAPPER int __oc_pthread_rwlock_wrlock(pthread_rwlock_t *L) noexcept {
  RwLock *Ours = ours(L);
  return took(L,
              Ours ? lockToWrite(*Ours, Deadline::never())
                   : native::pthread_rwlock_wrlock(L),
              sanitizer::Exclusive);
}

OC_WRAPPER int __oc_pthread_rwlock_tryrdlock(pthread_rwlock_t *L) noexcept {
  RwLock *Ours = ours(L);
  return took(L, Ours ? tryRead(*Ours) : native::pthread_rwlock_tryrdlock(L),
              sanitizer::Shared | sanitizer::Try);
}

OC_WRAPPER int __oc_pthread_rwlock_trywrlock(pthread_rwlock_t *L) noexcept {
  RwLock *Ours = ours(L);
  int Result = Ours ? tryWrite(*Ours) : native::pthread_rwlock_trywrlock(L);
  if (Ours && Result == 0)
    Ours->Writer.store(writerId(), std::memory_order_relaxed);
  return took(L, Result, sanitizer::Try);
}

OC_WRAPPER int __oc_pthread_rwlock_clockrdlock(pthread_rwlock_t *L,
                                               clockid_t Clock,
                                               const timespec *Time) noexcept {
  RwLock *Ours = ours(L);
  if (Ours && !canWaitUntil(Clock, *Time))
    return EINVAL;
  return took(L,
              Ours ? lockToRead(*Ours, Deadline::on(Clock, *Time))
                   : native::pthread_rwlock_clockrdlock(L, Clock, Time),
              sanitizer::Shared | sanitizer::Try);
}

OC_WRAPPER int __oc_pthread_rwlock_clockwrlock(pthread_rwlock_t *L,
                                               clockid_t Clock,
                                               const timespec *Time) noexcept {
  RwLock *Ours = ours(L);
  if (Ours && !canWaitUntil(Clock, *Time))
    return EINVAL;
  return took(L,
              Ours ? lockToWrite(*Ours, Deadline::on(Clock, *Time))
                   : native::pthread_rwlock_clockwrlock(L, Clock, Time),
              sanitizer::Try);
}

OC_WRAPPER int __oc_pthread_rwlock_timedrdlock(pthread_rwlock_t *L,
                                               const timespec *Time) noexcept {
  return __oc_pthread_rwlock_clockrdlock(L, CLOCK_REALTIME, Time);
}

OC_WRAPPER int __oc_pthread_rwlock_timedwrlock(pthread_rwlock_t *L,
                                               const timespec *Time) noexcept {
  return __oc_pthread_rwlock_clockwrlock(L, CLOCK_REALTIME, Time);
}

OC_WRAPPER int __oc_pthread_rwlock_unlock(pthread_rwlock_t *L) noexcept {
  RwLock *Ours = ours(L);
  if (!Ours) {
    unlocking(*reinterpret_cast<RwLock *>(L));
    return native::pthread_rwlock_unlock(L);
  }
  uint32_t S = Ours->State.load(std::memory_order_relaxed);
  if (!(S & WriterHolds) && S < OneReader)
    return EPERM;
  unlocking(*Ours);
  if (S & WriterHolds)
    leaveWrite(*Ours);
  else
    leaveRead(*Ours);
  return 0;
}
