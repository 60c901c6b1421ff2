// timers.cpp - the heap.
#include "sched/timers.h"
#include "sys/arena.h"

#include <mutex>

namespace oc {
namespace {
constexpr unsigned Children = 4;
}

bool Timers::grow() {
  // Doubling: what is left behind is as much again at the most.
  unsigned Wanted = Capacity ? Capacity * 2 : 64;
  auto **Bigger =
      static_cast<Timer **>(arena::allocate(Wanted * sizeof(Timer *)));
  if (!Bigger)
    return false;
  for (unsigned I = 0; I < Capacity; ++I) {
    Bigger[I] = Heap[I];
    // Or it becomes a memcpy, which ThreadSanitizer sees, but not our lock.
    asm volatile("" : : : "memory");
  }
  Heap = Bigger;
  Capacity = Wanted;
  return true;
}

bool Timers::add(Timer &T, void (*Unpark)(Coroutine &)) {
  std::lock_guard Held(Guard);
  unsigned N = Size.load(std::memory_order_relaxed);
  if (N == Capacity && !grow()) {
    Unpark(T.C);
    return false;
  }
  T.IsSet = true;
  place(N, &T);
  Size.store(N + 1, std::memory_order_relaxed);
  siftUp(N);
  return T.Index == 0;
}

void Timers::cancel(Timer &T) {
  std::lock_guard Held(Guard);
  if (!T.IsSet)
    return;
  T.IsSet = false;
  removeAt(T.Index);
}

void Timers::fire(void (*Unpark)(Coroutine &)) {
  if (isEmpty())
    return;
  int64_t Now = clockNow(CLOCK_MONOTONIC);
  std::lock_guard Held(Guard);
  while (!isEmpty() && Heap[0]->When.ns() <= Now) {
    Timer *T = Heap[0];
    removeAt(0);
    T->IsSet = false;
    Unpark(T->C); // T lives on until its coroutine has had our lock.
  }
}

Deadline Timers::next() {
  std::lock_guard Held(Guard);
  return isEmpty() ? Deadline::never() : Heap[0]->When;
}

void Timers::siftUp(unsigned I) {
  Timer *T = Heap[I];
  for (; I > 0; I = (I - 1) / Children) {
    Timer *Parent = Heap[(I - 1) / Children];
    if (!(T->When < Parent->When))
      break;
    place(I, Parent);
  }
  place(I, T);
}

void Timers::siftDown(unsigned I) {
  unsigned N = Size.load(std::memory_order_relaxed);
  Timer *T = Heap[I];
  for (;;) {
    unsigned Least = 0, From = I * Children + 1;
    for (unsigned J = From; J < N && J < From + Children; ++J)
      if (!Least || Heap[J]->When < Heap[Least]->When)
        Least = J;
    if (!Least || !(Heap[Least]->When < T->When))
      break;
    place(I, Heap[Least]);
    I = Least;
  }
  place(I, T);
}

void Timers::removeAt(unsigned I) {
  unsigned N = Size.load(std::memory_order_relaxed) - 1;
  Size.store(N, std::memory_order_relaxed);
  if (I == N)
    return;
  place(I, Heap[N]);
  siftDown(I);
  siftUp(Heap[I]->Index);
}

} // namespace oc
