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
  W.Next = nullptr;
  W.Previous = Last;
  (Last ? Last->Next : First) = &W;
  Last = &W;
}

void WaitQueue::remove(Waiter &W) {
  (W.Previous ? W.Previous->Next : First) = W.Next;
  (W.Next ? W.Next->Previous : Last) = W.Previous;
}

int WaitQueue::wake(const volatile void *Address, int Most) {
  int N = 0;
  for (Waiter *W = First; W && N < Most;) {
    Waiter *Next = W->Next;
    if (W->Address == Address) {
      remove(*W);
      Coroutine &C = *W->C;
      W->Woken = true; // From here on W may vanish, once Guard is free.
      unpark(C);
      ++N;
    }
    W = Next;
  }
  return N;
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
        if (!W.Woken)
          Q.remove(W);
        W.C->InnermostWait = W.Outer;
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
  W.C->InnermostWait = W.Outer;
  if (!W.Woken)
    Q.remove(W);
}

void passOn(Waiter &W) {
  if (W.Woken)
    wake(W.Address, 1);
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
