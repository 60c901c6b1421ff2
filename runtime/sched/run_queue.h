// run_queue.h - runnable coroutines in the order in which they became so.
#ifndef OPEN_CO_SCHED_RUN_QUEUE_H
#define OPEN_CO_SCHED_RUN_QUEUE_H

#include "coro/coroutine.h"

#include <mutex>

namespace oc {

/// First in, first out, beside one slot that goes first: for a coroutine that
/// the running one has just woken. Any thread may call anything.
class RunQueue {
public:
  void push(Coroutine &C) {
    std::lock_guard Held(Guard);
    append(C);
  }

  /// Puts \p C into the slot. \returns whether that left work for others: the
  /// slot's former coroutine went to the end.
  bool pushFirst(Coroutine &C) {
    std::lock_guard Held(Guard);
    Coroutine *Former = First.load(std::memory_order_relaxed);
    First.store(&C, std::memory_order_relaxed);
    if (Former)
      append(*Former);
    return Former;
  }

  Coroutine *pop() {
    if (isEmpty())
      return nullptr;
    std::lock_guard Held(Guard);
    // The slot must not starve the queue: two that wake each other.
    Coroutine *C = First.load(std::memory_order_relaxed);
    if (C && (InARow < MostInARow || !Head)) {
      ++InARow;
      First.store(nullptr, std::memory_order_relaxed);
      return C;
    }
    InARow = 0;
    return takeHead();
  }

  /// Moves half of the queue to \p To. \returns one coroutine, not in any
  /// queue; null if there was none. Leaves the slot alone.
  Coroutine *steal(RunQueue &To) {
    if (Length.load(std::memory_order_relaxed) == 0)
      return nullptr;
    Coroutine *Stolen = nullptr, **End = &Stolen;
    {
      std::lock_guard Held(Guard);
      unsigned N = (Length.load(std::memory_order_relaxed) + 1) / 2;
      for (Coroutine *C; N && (C = takeHead()); --N) {
        *End = C;
        End = &C->Next;
      }
      *End = nullptr;
    }
    if (!Stolen)
      return nullptr;
    std::lock_guard Held(To.Guard);
    for (Coroutine *Rest = Stolen->Next; Rest;) {
      Coroutine *C = Rest;
      Rest = C->Next;
      To.append(*C);
    }
    return Stolen;
  }

  bool isEmpty() const {
    return Length.load(std::memory_order_relaxed) == 0 &&
           !First.load(std::memory_order_relaxed);
  }
  /// Coroutines that another worker could steal.
  unsigned length() const { return Length.load(std::memory_order_relaxed); }

private:
  static constexpr unsigned MostInARow = 16;

  void append(Coroutine &C) {
    C.Next = nullptr;
    (Head ? Tail->Next : Head) = &C;
    Tail = &C;
    Length.store(Length.load(std::memory_order_relaxed) + 1,
                 std::memory_order_relaxed);
  }

  Coroutine *takeHead() {
    Coroutine *C = Head;
    if (!C)
      return nullptr;
    Head = C->Next;
    Length.store(Length.load(std::memory_order_relaxed) - 1,
                 std::memory_order_relaxed);
    return C;
  }

  Lock Guard;
  std::atomic<Coroutine *> First{nullptr};
  Coroutine *Head = nullptr, *Tail = nullptr;
  std::atomic<unsigned> Length{0}; // Without the slot.
  unsigned InARow = 0;
};

} // namespace oc

#endif
