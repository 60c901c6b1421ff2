// libcxx_mutex.cpp - the mutexes and the condition variable of libc++, which
// are inside its shared library. Their states are as there (src/mutex.cpp,
// src/shared_mutex.cpp), since its headers work on them, too.
#include "libc/wrapper.h"
#include "sync/cxx_locks.h"

#include <cerrno>
#include <climits>
#include <cstdint>

namespace oc::libcxx {
namespace {

struct TimedMutex {
  pthread_mutex_t Guard;
  pthread_cond_t Free;
  bool IsLocked;
};

struct RecursiveTimedMutex {
  pthread_mutex_t Guard;
  pthread_cond_t Free;
  size_t Count;
  pthread_t Owner;
};

/// std::shared_mutex and std::shared_timed_mutex.
struct SharedMutex {
  pthread_mutex_t Guard;
  pthread_cond_t NoWriter; // Nor too many readers.
  pthread_cond_t NoReader; // Only a writer that has entered waits there.
  unsigned State;

  static constexpr unsigned WriterEntered = 1u << 31;
  static constexpr unsigned Readers = ~WriterEntered;

  bool admitsReader() const {
    return !(State & WriterEntered) && (State & Readers) != Readers;
  }
};

void lockExclusive(SharedMutex &M) {
  locked(M.Guard, [&] {
    while (M.State & SharedMutex::WriterEntered)
      __oc_pthread_cond_wait(&M.NoWriter, &M.Guard);
    M.State |= SharedMutex::WriterEntered;
    while (M.State & SharedMutex::Readers)
      __oc_pthread_cond_wait(&M.NoReader, &M.Guard);
  });
}

bool tryLockExclusive(SharedMutex &M) {
  return ifFree(M.Guard, [&] {
    bool IsFree = M.State == 0;
    if (IsFree)
      M.State = SharedMutex::WriterEntered;
    return IsFree;
  });
}

void unlockExclusive(SharedMutex &M) {
  locked(M.Guard, [&] {
    M.State = 0;
    __oc_pthread_cond_broadcast(&M.NoWriter);
  });
}

void lockShared(SharedMutex &M) {
  locked(M.Guard, [&] {
    while (!M.admitsReader())
      __oc_pthread_cond_wait(&M.NoWriter, &M.Guard);
    ++M.State;
  });
}

bool tryLockShared(SharedMutex &M) {
  return ifFree(M.Guard, [&] {
    bool Admits = M.admitsReader();
    M.State += Admits;
    return Admits;
  });
}

void unlockShared(SharedMutex &M) {
  locked(M.Guard, [&] {
    unsigned Left = (--M.State) & SharedMutex::Readers;
    if (M.State & SharedMutex::WriterEntered) {
      if (Left == 0)
        __oc_pthread_cond_signal(&M.NoReader);
    } else if (Left == SharedMutex::Readers - 1) {
      __oc_pthread_cond_signal(&M.NoWriter);
    }
  });
}

void waitOn(pthread_cond_t &C, UniqueLock &L) {
  throwIf(L.Owns ? 0 : EPERM, "condition_variable::wait: mutex not locked");
  throwIf(__oc_pthread_cond_wait(&C, L.Mutex),
          "condition_variable wait failed");
}

} // namespace
} // namespace oc::libcxx

using namespace oc;
using namespace oc::libcxx;

//===- std::mutex, std::recursive_mutex -----------------------------------===//

OC_WRAPPER void __oc__ZNSt3__15mutex4lockEv(pthread_mutex_t *M) { lock(*M); }
OC_WRAPPER bool __oc__ZNSt3__15mutex8try_lockEv(pthread_mutex_t *M) noexcept {
  return __oc_pthread_mutex_trylock(M) == 0;
}
OC_WRAPPER void __oc__ZNSt3__15mutex6unlockEv(pthread_mutex_t *M) noexcept {
  __oc_pthread_mutex_unlock(M);
}

OC_WRAPPER void __oc__ZNSt3__115recursive_mutex4lockEv(pthread_mutex_t *M) {
  throwIf(__oc_pthread_mutex_lock(M), "recursive_mutex lock failed");
}
OC_WRAPPER bool
__oc__ZNSt3__115recursive_mutex8try_lockEv(pthread_mutex_t *M) noexcept {
  return __oc_pthread_mutex_trylock(M) == 0;
}
OC_WRAPPER void
__oc__ZNSt3__115recursive_mutex6unlockEv(pthread_mutex_t *M) noexcept {
  __oc_pthread_mutex_unlock(M);
}

//===- std::timed_mutex ---------------------------------------------------===//

OC_WRAPPER void __oc__ZNSt3__111timed_mutex4lockEv(TimedMutex *M) {
  locked(M->Guard, [&] {
    while (M->IsLocked)
      __oc_pthread_cond_wait(&M->Free, &M->Guard);
    M->IsLocked = true;
  });
}

OC_WRAPPER bool __oc__ZNSt3__111timed_mutex8try_lockEv(TimedMutex *M) noexcept {
  return ifFree(M->Guard, [&] {
    bool WasLocked = M->IsLocked;
    M->IsLocked = true;
    return !WasLocked;
  });
}

OC_WRAPPER void __oc__ZNSt3__111timed_mutex6unlockEv(TimedMutex *M) noexcept {
  locked(M->Guard, [&] {
    M->IsLocked = false;
    __oc_pthread_cond_signal(&M->Free);
  });
}

//===- std::recursive_timed_mutex -----------------------------------------===//

OC_WRAPPER void
__oc__ZNSt3__121recursive_timed_mutex4lockEv(RecursiveTimedMutex *M) {
  pthread_t Self = __oc_pthread_self();
  locked(M->Guard, [&] {
    if (M->Owner == Self) {
      throwIf(M->Count == SIZE_MAX ? EAGAIN : 0,
              "recursive_timed_mutex lock limit reached");
    } else {
      while (M->Count != 0)
        __oc_pthread_cond_wait(&M->Free, &M->Guard);
      M->Owner = Self;
    }
    ++M->Count;
  });
}

OC_WRAPPER bool __oc__ZNSt3__121recursive_timed_mutex8try_lockEv(
    RecursiveTimedMutex *M) noexcept {
  pthread_t Self = __oc_pthread_self();
  return ifFree(M->Guard, [&] {
    if ((M->Count != 0 && M->Owner != Self) || M->Count == SIZE_MAX)
      return false;
    M->Owner = Self;
    ++M->Count;
    return true;
  });
}

OC_WRAPPER void __oc__ZNSt3__121recursive_timed_mutex6unlockEv(
    RecursiveTimedMutex *M) noexcept {
  locked(M->Guard, [&] {
    if (--M->Count)
      return;
    M->Owner = 0;
    __oc_pthread_cond_signal(&M->Free);
  });
}

//===- std::shared_mutex, std::shared_timed_mutex -------------------------===//

OC_WRAPPER void __oc__ZNSt3__119__shared_mutex_base4lockEv(SharedMutex *M) {
  lockExclusive(*M);
}
OC_WRAPPER bool __oc__ZNSt3__119__shared_mutex_base8try_lockEv(SharedMutex *M) {
  return tryLockExclusive(*M);
}
OC_WRAPPER void __oc__ZNSt3__119__shared_mutex_base6unlockEv(SharedMutex *M) {
  unlockExclusive(*M);
}
OC_WRAPPER void
__oc__ZNSt3__119__shared_mutex_base11lock_sharedEv(SharedMutex *M) {
  lockShared(*M);
}
OC_WRAPPER bool
__oc__ZNSt3__119__shared_mutex_base15try_lock_sharedEv(SharedMutex *M) {
  return tryLockShared(*M);
}
OC_WRAPPER void
__oc__ZNSt3__119__shared_mutex_base13unlock_sharedEv(SharedMutex *M) {
  unlockShared(*M);
}

OC_WRAPPER void __oc__ZNSt3__118shared_timed_mutex4lockEv(SharedMutex *M) {
  lockExclusive(*M);
}
OC_WRAPPER bool __oc__ZNSt3__118shared_timed_mutex8try_lockEv(SharedMutex *M) {
  return tryLockExclusive(*M);
}
OC_WRAPPER void __oc__ZNSt3__118shared_timed_mutex6unlockEv(SharedMutex *M) {
  unlockExclusive(*M);
}
OC_WRAPPER void
__oc__ZNSt3__118shared_timed_mutex11lock_sharedEv(SharedMutex *M) {
  lockShared(*M);
}
OC_WRAPPER bool
__oc__ZNSt3__118shared_timed_mutex15try_lock_sharedEv(SharedMutex *M) {
  return tryLockShared(*M);
}
OC_WRAPPER void
__oc__ZNSt3__118shared_timed_mutex13unlock_sharedEv(SharedMutex *M) {
  unlockShared(*M);
}

//===- std::condition_variable --------------------------------------------===//

OC_WRAPPER void
__oc__ZNSt3__118condition_variable10notify_oneEv(pthread_cond_t *C) noexcept {
  __oc_pthread_cond_signal(C);
}
OC_WRAPPER void
__oc__ZNSt3__118condition_variable10notify_allEv(pthread_cond_t *C) noexcept {
  __oc_pthread_cond_broadcast(C);
}

OC_WRAPPER void
__oc__ZNSt3__118condition_variable4waitERNS_11unique_lockINS_5mutexEEE(
    pthread_cond_t *C, UniqueLock *L) {
  waitOn(*C, *L);
}

/// \p Ns is a time of system_clock. The wait until one of steady_clock is in
/// the headers, by pthread_cond_clockwait.
OC_WRAPPER void
__oc__ZNSt3__118condition_variable15__do_timed_waitERNS_11unique_lockINS_5mutexEEENS_6chrono10time_pointINS5_12system_clockENS5_8durationIxNS_5ratioILl1ELl1000000000EEEEEEE(
    pthread_cond_t *C, UniqueLock *L, int64_t Ns) noexcept {
  throwIf(L->Owns ? 0 : EPERM,
          "condition_variable::timed wait: mutex not locked");
  constexpr int64_t NsPerSecond = 1'000'000'000;
  int64_t Part = Ns % NsPerSecond;
  timespec Time{Ns / NsPerSecond - (Part < 0),
                Part + (Part < 0 ? NsPerSecond : 0)};
  int Error = __oc_pthread_cond_timedwait(C, L->Mutex, &Time);
  throwIf(Error == ETIMEDOUT ? 0 : Error,
          "condition_variable timed_wait failed");
}
