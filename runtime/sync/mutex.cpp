// mutex.cpp - pthread mutexes. The lock word keeps glibc's protocol (0 free,
// 1 held, 2 held and somebody may wait), since code in libraries that were not
// rebuilt locks the same objects by libc's functions. Coroutines wait in
// queueFor(word), and where libc's unlock would not wake them (wakers.cpp), for
// the futex.
#include "sync/mutex.h"
#include "libc/timeout.h"
#include "libc/wrapper.h"
#include "sched/wait_queue.h"
#include "sync/interposed.h"
#include "sys/sanitizer.h"
#include "thread/thread_block.h"

#include <sys/single_threaded.h>

namespace oc {
namespace {

// glibc's mutex kinds (sysdeps/nptl/bits/struct_mutex.h, nptl/pthreadP.h).
constexpr int TypeMask = 3; // Normal, recursive, errorcheck, adaptive.
/// Robust, priority inheritance or protection, process-shared: the kernel or
/// another process looks at the owner's thread ID.
constexpr int KernelKinds = 16 | 32 | 64 | 128;

/// Owners of ours are told from thread IDs of the kernel, which are less
/// (2^22 at the most).
constexpr int OursFlag = 1 << 30;

bool needsKernel(const pthread_mutex_t &M) {
  return M.__data.__kind & KernelKinds;
}

std::atomic_ref<int> wordOf(pthread_mutex_t &M) {
  return std::atomic_ref<int>(M.__data.__lock);
}

int typeOf(const pthread_mutex_t &M) { return M.__data.__kind & TypeMask; }

/// Whether the type has rules for the owner.
bool hasOwner(const pthread_mutex_t &M) {
  int Type = typeOf(M);
  return Type == PTHREAD_MUTEX_RECURSIVE || Type == PTHREAD_MUTEX_ERRORCHECK;
}

/// What the owner field of \p M says while the caller holds it. Native threads
/// put their ID into recursive and errorcheck mutexes, as libc does, since
/// they may lock one again through code that was not rebuilt.
int ownerId(const pthread_mutex_t &M) {
  if (ThreadBlock *T = currentThread())
    return T->Number | OursFlag;
  int Tid = self().Bound.load(std::memory_order_relaxed)->Tid;
  return hasOwner(M) ? Tid : Tid | OursFlag;
}

/// Whether the caller, who is \p Me, has \p M. libc's wait with a shared
/// condition makes it that of its OS thread, which is nobody else's.
bool isMine(pthread_mutex_t &M, int Me) {
  int Owner =
      std::atomic_ref<int>(M.__data.__owner).load(std::memory_order_relaxed);
  if (Owner == Me)
    return true;
  OsThread *Own = self().Bound.load(std::memory_order_relaxed);
  return Own && Owner == Own->Tid;
}

int ownerOf(pthread_mutex_t &M) {
  return std::atomic_ref<int>(M.__data.__owner).load();
}

/// Whether libc's functions have \p M, which may release it as a part of a
/// wait.
bool isNatives(pthread_mutex_t &M) {
  int Owner = ownerOf(M);
  return Owner && !(Owner & OursFlag);
}

int tryLock(pthread_mutex_t &M) {
  int Free = 0;
  return wordOf(M).compare_exchange_strong(Free, 1, std::memory_order_acquire,
                                           std::memory_order_relaxed)
             ? 0
             : EBUSY;
}

/// Waits for the futex, as libc does.
int lockAsNative(pthread_mutex_t &M, Deadline Until) {
  return opaque([&] {
    timespec T = Until.toTimespec();
    while (wordOf(M).exchange(2, std::memory_order_acquire) != 0) {
      if (Until.hasPassed())
        return ETIMEDOUT;
      sys::futexWait(&M.__data.__lock, 2, Until.isNever() ? nullptr : &T);
    }
    return 0;
  });
}

/// Somebody else has it. \returns 0 once we do, or ETIMEDOUT.
int lockSlow(pthread_mutex_t &M, Deadline Until) {
  int *Address = &M.__data.__lock;
  constexpr int Looks = 100; // Who takes it or gives it back is soon done.
  for (int Left = Looks; !native::mayBeUsed() && Left;) {
    int Owner = ownerOf(M);
    if (!(Owner & OursFlag)) {
      // Of libc's, or on the way from one to the next. The 2 may be for others.
      if (wordOf(M).exchange(2, std::memory_order_acquire) == 0)
        return 0;
      __builtin_ia32_pause();
      Left = Owner ? 0 : Left - 1;
      continue;
    }
    bool Acquired = false;
    bool Woken = waitWhile(
        Address,
        [&] {
          // Under the queue's guard: the holder's unlock, which sees the 2,
          // then finds us in the queue. That of libc's would not.
          Acquired = wordOf(M).exchange(2, std::memory_order_acquire) == 0;
          return !Acquired && (ownerOf(M) & OursFlag);
        },
        Until, false, passOn);
    if (Acquired)
      return 0;
    // Whoever was woken takes the lock or passes the 2 on, late as it may be.
    if (!Woken && Until.hasPassed())
      return ETIMEDOUT;
    Left = Looks;
  }
  int Error = lockAsNative(M, Until);
  if (Error) // The 2 that we leave behind may have kept others from it.
    wake(Address, 1);
  return Error;
}

/// How ThreadSanitizer knows \p M.
unsigned flagsOf(const pthread_mutex_t &M) {
  return typeOf(M) == PTHREAD_MUTEX_RECURSIVE ? sanitizer::Recursive
                                              : sanitizer::Exclusive;
}

void take(pthread_mutex_t &M, int Owner) {
  std::atomic_ref<int>(M.__data.__owner)
      .store(Owner, std::memory_order_relaxed);
  ++M.__data.__nusers; // pthread_mutex_destroy looks at it.
}

/// Whether the caller has \p M already and its type has a rule for that.
/// \p Result is what locking then returns.
bool relock(pthread_mutex_t &M, int Owner, bool Trying, int &Result) {
  if (!hasOwner(M) || !isMine(M, Owner))
    return false;
  if (typeOf(M) == PTHREAD_MUTEX_ERRORCHECK) {
    Result = Trying ? EBUSY : EDEADLK;
  } else if (M.__data.__count + 1 == 0) {
    Result = EAGAIN;
  } else {
    ++M.__data.__count;
    Result = 0;
  }
  return true;
}

void release(pthread_mutex_t &M) {
  sanitizer::unlocking(&M);
  std::atomic_ref<int>(M.__data.__owner).store(0, std::memory_order_relaxed);
  --M.__data.__nusers;
  int *Address = &M.__data.__lock;
  // Release: pairs with the acquire in tryLock and lockSlow.
  if (wordOf(M).exchange(0, std::memory_order_release) != 2)
    return;
  // M may be gone from here on; its address is only a key. Native waiters come
  // after ours.
  if (!wakeFromAnywhere(Address, 1))
    sys::futexWake(Address, 1);
}

/// libc's call gave \p Result. Before the first thread, whoever got a mutex so
/// comes back by our unlock: threads need not wait as for native code.
int markAsOurs(pthread_mutex_t &M, int Result) {
  // libc does not look at the owner of these; it is 0 where the CPU elides.
  if (Result == 0 && __libc_single_threaded && !needsKernel(M) &&
      !hasOwner(M) && M.__data.__owner)
    M.__data.__owner |= OursFlag;
  return Result;
}

} // namespace

bool leftToKernel(const pthread_mutex_t &M) {
  if (!needsKernel(M))
    return false;
  becomeOsThread(); // Whoever comes after would own what this one leaves held.
  return true;
}

bool mayUnlock(pthread_mutex_t &M) {
  return !hasOwner(M) || isMine(M, ownerId(M));
}

void ownAsOsThread(pthread_mutex_t &M) {
  if (!mayUnlock(M))
    return;
  std::atomic_ref<int>(M.__data.__owner).store(thisThread()->Tid);
  // libc's wait wakes futexes only. Who comes later sees whose it is.
  wake(&M.__data.__lock, Everyone);
}

int lendMutex(pthread_mutex_t &M) {
  if (!runtimeServes() || needsKernel(M))
    return 0;
  int Owner = ownerOf(M);
  if ((Owner & OursFlag) && mayUnlock(M)) {
    ownAsOsThread(M);
    return Owner;
  }
  wake(&M.__data.__lock, Everyone);
  return 0;
}

void takeMutexBack(pthread_mutex_t &M, int Owner) {
  if (Owner && isNatives(M))
    std::atomic_ref<int>(M.__data.__owner).store(Owner);
}

int unlockForPrebuilt(pthread_mutex_t &M) {
  // Of the flags one says that the CPU may elide it.
  bool IsPlain = !(M.__data.__kind & ~TypeMask);
  if (IsPlain && !(hasOwner(M) && isNatives(M)))
    return unlockMutex(M);
  int *Address = &M.__data.__lock;
  int Error = native::pthread_mutex_unlock(&M);
  wakeFromAnywhere(Address, 1);
  return Error;
}

int lockMutex(pthread_mutex_t &M, Deadline Until) {
  int Owner = ownerId(M), Result;
  if (relock(M, Owner, false, Result))
    return Result;
  if (tryLock(M) != 0)
    if (int Error = lockSlow(M, Until))
      return Error;
  take(M, Owner);
  if (typeOf(M) == PTHREAD_MUTEX_RECURSIVE)
    M.__data.__count = 1;
  unsigned Flags = flagsOf(M);
  if (!Until.isNever())
    Flags |= sanitizer::Try;
  sanitizer::locked(&M, Flags);
  return 0;
}

int unlockMutex(pthread_mutex_t &M) {
  if (!mayUnlock(M))
    return EPERM;
  if (typeOf(M) == PTHREAD_MUTEX_RECURSIVE && --M.__data.__count != 0)
    return 0;
  release(M);
  return 0;
}

} // namespace oc

using namespace oc;

OC_WRAPPER int __oc_pthread_mutex_lock(pthread_mutex_t *M) noexcept {
  if (!runtimeServes())
    return markAsOurs(*M, pthread_mutex_lock(M));
  if (leftToKernel(*M))
    return pthread_mutex_lock(M);
  return lockMutex(*M, Deadline::never());
}

OC_WRAPPER int __oc_pthread_mutex_trylock(pthread_mutex_t *M) noexcept {
  if (!runtimeServes())
    return markAsOurs(*M, pthread_mutex_trylock(M));
  if (leftToKernel(*M))
    return pthread_mutex_trylock(M);
  int Owner = ownerId(*M), Result;
  if (relock(*M, Owner, true, Result))
    return Result;
  if (tryLock(*M) != 0)
    return EBUSY;
  take(*M, Owner);
  if (typeOf(*M) == PTHREAD_MUTEX_RECURSIVE)
    M->__data.__count = 1;
  sanitizer::locked(M, flagsOf(*M) | sanitizer::Try);
  return 0;
}

OC_WRAPPER int __oc_pthread_mutex_clocklock(pthread_mutex_t *M, clockid_t Clock,
                                            const timespec *Time) noexcept {
  if (!runtimeServes())
    return markAsOurs(*M, pthread_mutex_clocklock(M, Clock, Time));
  if (leftToKernel(*M))
    return pthread_mutex_clocklock(M, Clock, Time);
  if (!canWaitOn(Clock))
    return EINVAL;
  // POSIX: the time need not be valid if there is no need to wait.
  if (!isValidTime(*Time)) {
    int Result;
    if (relock(*M, ownerId(*M), false, Result))
      return Result;
    Result = __oc_pthread_mutex_trylock(M);
    if (Result == EBUSY) // A time before the clock began has passed.
      Result = Time->tv_sec < 0 ? ETIMEDOUT : EINVAL;
    return Result;
  }
  return lockMutex(*M, Deadline::on(Clock, *Time));
}

OC_WRAPPER int __oc_pthread_mutex_timedlock(pthread_mutex_t *M,
                                            const timespec *Time) noexcept {
  // To ThreadSanitizer libc's clocklock is not the same.
  if (!runtimeServes())
    return markAsOurs(*M, pthread_mutex_timedlock(M, Time));
  if (leftToKernel(*M))
    return pthread_mutex_timedlock(M, Time);
  return __oc_pthread_mutex_clocklock(M, CLOCK_REALTIME, Time);
}

OC_WRAPPER int __oc_pthread_mutex_unlock(pthread_mutex_t *M) noexcept {
  if (!runtimeServes() || needsKernel(*M))
    return pthread_mutex_unlock(M);
  return unlockMutex(*M);
}

OC_WRAPPER int __oc_pthread_mutex_setprioceiling(pthread_mutex_t *M, int New,
                                                 int *Old) noexcept {
  if (runtimeServes())
    leftToKernel(*M); // It locks the mutex.
  return pthread_mutex_setprioceiling(M, New, Old);
}
