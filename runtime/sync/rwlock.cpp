// rwlock.cpp - who waits for a read-write lock, and who gets it next.
#include "sync/rwlock.h"
#include "sched/scheduler.h"
#include "sched/wait_queue.h"
#include "sys/syscall.h"
#include "thread/thread_block.h"

#include <mutex>

namespace oc {
namespace {

/// A writer's wait: the last reader may have given it the lock.
struct WriterWait : Waiter {
  bool Holds = false;
};

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

/// Lets all readers in that wait. Nobody else changes the number of readers
/// meanwhile, or the caller is one. \returns how many; under the guard.
uint32_t wakeReaders(RwLock &L, WaitQueue &Q) {
  auto N = static_cast<uint32_t>(Q.wake(L.readersKey(), Everyone));
  L.WaitingReaders -= N;
  if (!L.WaitingReaders)
    L.State.fetch_and(~ReadersWait, std::memory_order_relaxed);
  return N;
}

//===- Waiting ------------------------------------------------------------===//

/// \returns 0 or an error number.
int queueToRead(RwLock &L, Deadline Until) {
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
int queueToWrite(RwLock &L, Deadline Until) {
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

/// Waits by \p WaitFor, unless the caller would wait for itself.
template <typename Try, typename Queue>
int wait(RwLock &L, Deadline Until, Try Op, Queue WaitFor) {
  if (L.Writer.load(std::memory_order_relaxed) == writerId())
    return EDEADLK;
  OsThread *T = thisThread();
  return T && T->InVfork ? spin(L, Until, Op) : WaitFor(L, Until);
}

} // namespace

int writerId() {
  if (ThreadBlock *T = currentThread())
    return -T->Number; // The kernel's are positive.
  OsThread *T = thisThread();
  return T ? T->Tid : sys::threadId();
}

void leaveRead(RwLock &L) {
  uint32_t S = L.State.load(std::memory_order_relaxed);
  do
    if (S < 2 * OneReader && (S & WritersWait))
      return giveToWriter(L);
  while (!L.State.compare_exchange_weak(
      S, S - OneReader, std::memory_order_release, std::memory_order_relaxed));
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

int waitToRead(RwLock &L, Deadline Until) {
  return wait(L, Until, tryRead, queueToRead);
}

int waitToWrite(RwLock &L, Deadline Until) {
  return wait(L, Until, tryWrite, queueToWrite);
}

} // namespace oc
