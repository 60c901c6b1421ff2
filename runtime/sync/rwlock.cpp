// rwlock.cpp - read-write locks, in the fields that glibc leaves unused. Its
// own fields say that a writer holds the lock, for good: code that comes to
// libc's functions with the same lock (sync/interposed.h) waits there, and is
// noticed. Process-shared locks are libc's own, on exclusive OS threads; so are
// all where prebuilt code comes to libc's.
//
//   State      readers * OneReader | ReadersWait | WritersWait | WriterHolds
//   free --reader or writer--> held            by whoever is first, no guard
//   last reader leaves, writers wait  --> the first of them holds it
//   writer leaves, readers wait       --> all of them hold it
//   writer leaves, only writers wait  --> free, and one of them tries
//
// The *Wait bits are exact: they and the queues change under the guard of
// queueFor(lock). Who finds one set comes for the guard before he leaves.
#include "libc/timeout.h"
#include "libc/wrapper.h"
#include "sched/wait_queue.h"
#include "sync/interposed.h"
#include "sys/message.h"
#include "sys/sanitizer.h"
#include "thread/thread_block.h"

#include <cerrno>

namespace oc {
namespace {

constexpr uint32_t WriterHolds = 1, WritersWait = 2, ReadersWait = 4,
                   OneReader = 8;
constexpr uint32_t MostReaders = UINT32_MAX - 2 * OneReader;

/// glibc's struct __pthread_rwlock_arch_t.
struct RwLock {
  uint64_t Native[2];
  std::atomic<uint32_t> State; // __pad3
  uint32_t WaitingWriters;     // __pad4; under the guard.
  std::atomic<int> Writer;     // __cur_writer: who it is.
  int Shared;                  // 0: of this process only.
  uint64_t Elision;
  uint32_t WaitingReaders; // __pad2; under the guard.
  std::atomic<uint32_t> Seal;
  uint32_t Kind;

  bool prefersWriters() const {
    return Kind == PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP;
  }
  /// Whether a reader may enter with the state \p S.
  bool mayRead(uint32_t S) const {
    return !(S & WriterHolds) && !((S & WritersWait) && prefersWriters());
  }
  // What the two kinds of waiters wait for; both queues have one guard.
  void *readersKey() { return &WaitingReaders; }
  void *writersKey() { return &WaitingWriters; }
};
static_assert(sizeof(RwLock) == sizeof(pthread_rwlock_t) &&
              offsetof(RwLock, State) == 16 && offsetof(RwLock, Writer) == 24 &&
              offsetof(RwLock, Kind) == 48);

/// A writer's wait: the last reader may have given it the lock.
struct WriterWait : Waiter {
  bool Holds = false;
};

//===- Code that was not rebuilt ------------------------------------------===//

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

//===- Without waiting ----------------------------------------------------===//

int callerId() {
  if (ThreadBlock *T = currentThread())
    return -T->Number; // The kernel's are positive.
  OsThread *T = thisThread();
  return T ? T->Tid : sys::threadId();
}

int tryRead(RwLock &L) {
  uint32_t S = L.State.load(std::memory_order_relaxed);
  do {
    if (!L.mayRead(S))
      return EBUSY;
    if (S > MostReaders)
      return EAGAIN;
  } while (!L.State.compare_exchange_weak(
      S, S + OneReader, std::memory_order_acquire, std::memory_order_relaxed));
  return 0;
}

int tryWrite(RwLock &L) {
  uint32_t S = L.State.load(std::memory_order_relaxed);
  do
    if ((S & WriterHolds) || S >= OneReader)
      return EBUSY;
  while (!L.State.compare_exchange_weak(S, S | WriterHolds,
                                        std::memory_order_acquire,
                                        std::memory_order_relaxed));
  return 0;
}

//===- Leaving ------------------------------------------------------------===//

/// The last reader leaves, and writers wait. Nobody else can take the lock
/// away from them: it changes hands in one step.
void giveToWriter(RwLock &L) {
  WaitQueue &Q = queueFor(&L);
  std::lock_guard Held(Q.Guard);
  uint32_t S = L.State.load(std::memory_order_relaxed), New;
  Waiter *W;
  do {
    New = S - OneReader;
    bool Last = New < OneReader;
    // None: one that was woken is about to try.
    W = Last && (S & WritersWait) ? Q.first(L.writersKey()) : nullptr;
    if (W)
      New |= WriterHolds;
  } while (!L.State.compare_exchange_weak(S, New, std::memory_order_acq_rel,
                                          std::memory_order_relaxed));
  if (!W)
    return;
  static_cast<WriterWait *>(W)->Holds = true;
  Q.wake(L.writersKey(), 1);
}

void leaveRead(RwLock &L) {
  uint32_t S = L.State.load(std::memory_order_relaxed);
  do
    if (S < 2 * OneReader && (S & WritersWait))
      return giveToWriter(L);
  while (!L.State.compare_exchange_weak(
      S, S - OneReader, std::memory_order_release, std::memory_order_relaxed));
}

/// Lets all readers in that wait. Nobody else changes the number of readers
/// meanwhile, or the caller is one. \returns how many; under the guard.
uint32_t wakeReaders(RwLock &L, WaitQueue &Q) {
  auto N = static_cast<uint32_t>(Q.wake(L.readersKey(), Everyone));
  L.WaitingReaders -= N;
  if (!L.WaitingReaders)
    L.State.fetch_and(~ReadersWait, std::memory_order_relaxed);
  return N;
}

void leaveWrite(RwLock &L) {
  L.Writer.store(0, std::memory_order_relaxed);
  uint32_t S = WriterHolds;
  if (L.State.compare_exchange_strong(S, 0, std::memory_order_release,
                                      std::memory_order_relaxed))
    return;
  WaitQueue &Q = queueFor(&L);
  std::lock_guard Held(Q.Guard);
  S = L.State.load(std::memory_order_relaxed);
  // libc's kind 1 makes no reader wait for writers, but here it is like 2.
  bool ReadersFirst =
      !(S & WritersWait) || L.Kind == PTHREAD_RWLOCK_PREFER_READER_NP;
  uint32_t N = ReadersFirst ? wakeReaders(L, Q) : 0;
  if (!N)
    Q.wake(L.writersKey(), 1);
  // Whoever was woken goes on when the guard is free.
  L.State.fetch_add(N * OneReader - WriterHolds, std::memory_order_release);
}

//===- Waiting ------------------------------------------------------------===//

/// \returns 0 or an error number.
int waitToRead(RwLock &L, Deadline Until) {
  WaitQueue &Q = queueFor(&L);
  Waiter W;
  {
    std::lock_guard Held(Q.Guard);
    for (;;) {
      if (int R = tryRead(L); R != EBUSY)
        return R;
      uint32_t S = L.State.load(std::memory_order_relaxed);
      if (!L.mayRead(S) && L.State.compare_exchange_weak(
                               S, S | ReadersWait, std::memory_order_relaxed))
        break;
    }
    ++L.WaitingReaders;
    Q.add(W, L.readersKey());
  }
  if (waitOn(Q, W, Until)) // Whoever woke us let us in.
    return 0;
  std::lock_guard Held(Q.Guard);
  if (--L.WaitingReaders == 0)
    L.State.fetch_and(~ReadersWait, std::memory_order_relaxed);
  return ETIMEDOUT;
}

/// The last waiting writer has given up, for which readers were held off.
void letReadersIn(RwLock &L, WaitQueue &Q) {
  if (!(L.State.load(std::memory_order_relaxed) & ReadersWait) ||
      tryRead(L) != 0) // A writer holds it, and will.
    return;
  uint32_t N = wakeReaders(L, Q);
  L.State.fetch_add((N - 1) * OneReader, std::memory_order_acq_rel);
}

/// \returns 0 or an error number.
int waitToWrite(RwLock &L, Deadline Until) {
  WaitQueue &Q = queueFor(&L);
  WriterWait W;
  int Result = 0;
  Q.Guard.lock();
  ++L.WaitingWriters;
  // The bit first: a holder who leaves after our try comes for the guard.
  L.State.fetch_or(WritersWait);
  while (tryWrite(L) != 0) {
    Q.add(W, L.writersKey());
    Q.Guard.unlock();
    bool Woken = waitOn(Q, W, Until);
    Q.Guard.lock();
    if (W.Holds)
      break;
    if (!Woken) {
      Result = ETIMEDOUT;
      break;
    }
  }
  if (--L.WaitingWriters == 0) {
    L.State.fetch_and(~WritersWait, std::memory_order_relaxed);
    if (Result != 0)
      letReadersIn(L, Q);
  }
  Q.Guard.unlock();
  return Result;
}

/// In a child of vfork(2), which must not touch the runtime: tries on.
template <typename Try> int spin(RwLock &L, Deadline Until, Try Op) {
  for (;;) {
    int R = Op(L);
    if (R != EBUSY)
      return R;
    if (Until.hasPassed())
      return ETIMEDOUT;
    sys::yield();
  }
}

template <typename Try, typename Wait>
int lock(RwLock &L, Deadline Until, Try Op, Wait WaitFor) {
  int Result = Op(L);
  if (Result != EBUSY)
    return Result;
  if (L.Writer.load(std::memory_order_relaxed) == callerId())
    return EDEADLK;
  OsThread *T = thisThread();
  return T && T->InVfork ? spin(L, Until, Op) : WaitFor(L, Until);
}

int lockToRead(RwLock &L, Deadline Until = Deadline::never()) {
  return lock(L, Until, tryRead, waitToRead);
}

int lockToWrite(RwLock &L, Deadline Until = Deadline::never()) {
  int Result = lock(L, Until, tryWrite, waitToWrite);
  if (Result == 0)
    L.Writer.store(callerId(), std::memory_order_relaxed);
  return Result;
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
  return took(L, Ours ? lockToRead(*Ours) : native::pthread_rwlock_rdlock(L),
              sanitizer::Shared);
}

OC_WRAPPER int __oc_pthread_rwlock_wrlock(pthread_rwlock_t *L) noexcept {
  RwLock *Ours = ours(L);
  return took(L, Ours ? lockToWrite(*Ours) : native::pthread_rwlock_wrlock(L),
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
    Ours->Writer.store(callerId(), std::memory_order_relaxed);
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
