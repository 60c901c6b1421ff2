// rwlock.h - read-write locks, in the fields that glibc leaves unused.
//
//   State      readers * OneReader | ReadersWait | WritersWait | WriterHolds
//   free --reader or writer--> held            by whoever is first, no guard
//   last reader leaves, writers wait  --> the first of them holds it
//   writer leaves, readers wait       --> all of them hold it
//   writer leaves, only writers wait  --> free, and one of them tries
//
// The *Wait bits are exact: they and the queues change under the guard of
// queueFor(lock). Who finds one set comes for the guard before he leaves.
#ifndef OPEN_CO_SYNC_RWLOCK_H
#define OPEN_CO_SYNC_RWLOCK_H

#include "sys/deadline.h"

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <pthread.h>

namespace oc {

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

//===- Without waiting: 0 or an error number ------------------------------===//

inline int tryRead(RwLock &L) {
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

inline int tryWrite(RwLock &L) {
  uint32_t S = L.State.load(std::memory_order_relaxed);
  do
    if ((S & WriterHolds) || S >= OneReader)
      return EBUSY;
  while (!L.State.compare_exchange_weak(S, S | WriterHolds,
                                        std::memory_order_acquire,
                                        std::memory_order_relaxed));
  return 0;
}

//===- With it ------------------------------------------------------------===//

/// The caller could not take the lock at once. \returns 0 or an error number.
int waitToRead(RwLock &L, Deadline Until);
int waitToWrite(RwLock &L, Deadline Until);

/// The caller holds the lock so.
void leaveRead(RwLock &L);
void leaveWrite(RwLock &L);

/// What the field Writer says while the caller has the lock.
int writerId();

inline int lockToRead(RwLock &L, Deadline Until) {
  int Result = tryRead(L);
  return Result == EBUSY ? waitToRead(L, Until) : Result;
}

inline int lockToWrite(RwLock &L, Deadline Until) {
  int Result = tryWrite(L);
  if (Result == EBUSY)
    Result = waitToWrite(L, Until);
  if (Result == 0)
    L.Writer.store(writerId(), std::memory_order_relaxed);
  return Result;
}

} // namespace oc

#endif
