// timers.h - the deadlines of parked coroutines, soonest first.
#ifndef OPEN_CO_SCHED_TIMERS_H
#define OPEN_CO_SCHED_TIMERS_H

#include "coro/coroutine.h"
#include "sys/deadline.h"

namespace oc {

/// One coroutine's deadline. Lies on its stack while it is parked.
struct Timer {
  Timer(Coroutine &C, Deadline When) : C(C), When(When) {}

  Coroutine &C;
  Deadline When;
  bool IsSet = false; // Under the lock of the heap that it is in.
  unsigned Index = 0;
};

/// A heap of four children a node. Any thread may call anything.
class Timers {
public:
  /// Sets \p T. \returns whether it is now the soonest. Without memory it
  /// fires at once, and the caller looks at the clock itself.
  bool add(Timer &T, void (*Unpark)(Coroutine &));
  /// Takes \p T back, if it has not fired.
  void cancel(Timer &T);
  /// Calls \p Unpark for each coroutine whose deadline has passed.
  void fire(void (*Unpark)(Coroutine &));
  /// The soonest deadline; never if there is none.
  Deadline next();
  bool isEmpty() const { return Size.load(std::memory_order_relaxed) == 0; }

private:
  void place(unsigned I, Timer *T) {
    Heap[I] = T;
    T->Index = I;
  }
  void siftUp(unsigned I);
  void siftDown(unsigned I);
  void removeAt(unsigned I);
  bool grow();

  Lock Guard;
  Timer **Heap = nullptr;
  std::atomic<unsigned> Size{0};
  unsigned Capacity = 0;
};

} // namespace oc

#endif
