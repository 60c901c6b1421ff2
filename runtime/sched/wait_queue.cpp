// wait_queue.cpp - the hash table of queues.
#include "sched/wait_queue.h"

#include <utility>

namespace oc {
namespace {

constexpr size_t NumQueues = 1024; // A power of two.
WaitQueue Queues[NumQueues];

} // namespace

void (*DeliverPending)();

WaitQueue &queueFor(const volatile void *Address) {
  auto Key = reinterpret_cast<uintptr_t>(Address);
  return Queues[(Key * 0x9E3779B97F4A7C15) >> 54]; // Fibonacci hashing.
}

void WaitQueue::add(Waiter &W, const volatile void *Address) {
  W.Address = Address;
  W.C = &self();
  W.Outer = std::exchange(W.C->InnermostWait, &W);
  W.Woken = false;
  append(W);
}

void WaitQueue::append(Waiter &W) {
  // A fence: on x86-64 what the caller reads then is not older.
  Size.fetch_add(1, std::memory_order_seq_cst);
  W.Next = nullptr;
  W.Previous = Last;
  (Last ? Last->Next : First) = &W;
  Last = &W;
}

void WaitQueue::remove(Waiter &W) {
  (W.Previous ? W.Previous->Next : First) = W.Next;
  (W.Next ? W.Next->Previous : Last) = W.Previous;
  Size.fetch_sub(1, std::memory_order_relaxed);
}

void WaitQueue::takeBack(Waiter &W) {
  W.C->InnermostWait = W.Outer;
  remove(W);
}

void WaitQueue::wakeOne(Waiter &W) {
  remove(W);
  Coroutine &C = *W.C;
  W.Woken = true; // From here on W may vanish, once Guard is free.
  unpark(C);
}

int WaitQueue::wake(const volatile void *Address, int Most) {
  int N = 0;
  for (Waiter *W = First; W && N < Most;) {
    Waiter *Next = W->Next;
    if (W->Address == Address) {
      wakeOne(*W);
      ++N;
    }
    W = Next;
  }
  return N;
}

void WaitQueue::wakeToLook() {
  for (Waiter *W = First; W;) {
    Waiter *Next = W->Next;
    if (W->LooksAgain)
      wakeOne(*W);
    W = Next;
  }
}

Waiter *WaitQueue::first(const volatile void *Address) {
  Waiter *W = First;
  while (W && W->Address != Address)
    W = W->Next;
  return W;
}

bool waitOn(WaitQueue &Q, Waiter &W, Deadline Until, bool Interruptible) {
  for (;;) {
    {
      std::lock_guard Held(Q.Guard);
      bool Ends = Until.hasPassed() || W.C->isCancelled() ||
                  (Interruptible && W.C->hasSignal());
      if (W.Woken || Ends) {
        if (W.Woken)
          W.C->InnermostWait = W.Outer;
        else
          Q.takeBack(W);
        return W.Woken;
      }
    }
    park(Until);
    // Natively, too, a handler runs in between and the wait goes on.
    if (!Interruptible && W.C->hasSignal() && suspendable())
      DeliverPending();
    if (!Interruptible || !W.C->hasSignal())
      arrive();
  }
}

void abandon(Waiter &W) {
  WaitQueue &Q = queueFor(W.Address);
  std::lock_guard Held(Q.Guard); // Handlers, too, wait for its end.
  if (W.Woken)
    W.C->InnermostWait = W.Outer;
  else
    Q.takeBack(W);
}

void passOn(Waiter &W) {
  if (W.Woken)
    wake(W.Address, 1);
}

int wakeFromAnywhere(const volatile void *Address, int Most) {
  if (queueFor(Address).Size.load() == 0)
    return 0;
  Inside &Here = insideHere();
  if (!Here.Depth)
    return wake(Address, Most);
  Here.Missed = true; // The guard may be what was interrupted.
  if (Here.Notify)
    Here.Notify();
  return 0;
}

void wakeMissed() {
  Inside &Here = insideHere();
  if (!Here.Missed)
    return;
  Here.Missed = false;
  for (WaitQueue &Q : Queues) {
    std::lock_guard Held(Q.Guard);
    Q.wakeToLook();
  }
}

void resetWaitQueuesInChild() {
  for (WaitQueue &Q : Queues)
    new (&Q) WaitQueue;
  OsThread *T = thisThread();
  for (Waiter *W = T ? T->Current->InnermostWait : nullptr; W; W = W->Outer)
    if (!W->Woken)
      queueFor(W->Address).append(*W);
}

} // namespace oc
