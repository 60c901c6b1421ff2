// wait_queue.h - the one place where coroutines wait for each other: queues
// keyed by the address of what they wait for. Mutexes, conditions, once, joins
// and futexes are rules on top of it; their state is in the user's own object.
#ifndef OPEN_CO_SCHED_WAIT_QUEUE_H
#define OPEN_CO_SCHED_WAIT_QUEUE_H

#include "sched/scheduler.h"

#include <mutex>

namespace oc {

/// One coroutine's wait. Lies on its stack.
struct Waiter {
  const volatile void *Address = nullptr;
  Coroutine *C = nullptr;
  Waiter *Previous = nullptr, *Next = nullptr;
  bool Woken = false;
  bool LooksAgain = false; // It may be woken for nothing.
  Waiter *Outer = nullptr; // See Coroutine::InnermostWait.
  /// What its coroutine does for it, beside abandon(), as its frame is left by
  /// unwinding or a jump; null: nothing.
  void (*Left)(Waiter &W) = nullptr;
};

/// The waiters of some addresses.
struct WaitQueue {
  Lock Guard;
  Waiter *First = nullptr, *Last = nullptr;
  /// How many are in it. Who has changed what they wait for, and then finds
  /// nobody here, is seen by whoever comes.
  std::atomic<uint32_t> Size{0};

  /// Enqueues \p W, for which waitOn() is called then. Under Guard.
  void add(Waiter &W, const volatile void *Address);
  /// Wakes up to \p Most waiters for \p Address, in the order in which they
  /// came. \returns how many. Under Guard.
  int wake(const volatile void *Address, int Most);
  /// Who waits for \p Address and came first; null: nobody. Under Guard.
  Waiter *first(const volatile void *Address);
  /// Takes \p W, the innermost of its coroutine's waits, back. Under Guard.
  void takeBack(Waiter &W);
  /// Wakes all who look again themselves whether to wait. Under Guard.
  void wakeToLook();

private:
  friend bool waitOn(WaitQueue &, Waiter &, Deadline, bool);
  friend void abandon(Waiter &);
  friend void resetWaitQueuesInChild();
  void append(Waiter &W);
  void remove(Waiter &W);
  void wakeOne(Waiter &W);
};

constexpr int Everyone = INT32_MAX;

/// The queue in which coroutines wait for \p Address.
WaitQueue &queueFor(const volatile void *Address);

/// Runs the handlers of the running coroutine's signals. Set by signal/.
extern void (*DeliverPending)();

/// Parks until \p W, which is in \p Q, is woken. \returns false if \p Until
/// passed first, the coroutine is cancelled or, where \p Interruptible, a
/// signal waits for it. Not under Q.Guard.
bool waitOn(WaitQueue &Q, Waiter &W, Deadline Until = Deadline::never(),
            bool Interruptible = false);

/// Takes \p W, the innermost of its coroutine's waits, out of its queue, if it
/// is not woken: its frame is being left.
void abandon(Waiter &W);

/// A Waiter::Left: if \p W was woken, another is.
void passOn(Waiter &W);

/// Wakes up to \p Most waiters for \p Address.
inline int wake(const volatile void *Address, int Most) {
  WaitQueue &Q = queueFor(Address);
  std::lock_guard Held(Q.Guard);
  return Q.wake(Address, Most);
}

/// The same for any thread, also one that the runtime has not met, and in a
/// handler that interrupts the runtime, which sees to it then. The caller has
/// changed what is waited for in an atomic read-modify-write, or before a
/// fence.
int wakeFromAnywhere(const volatile void *Address, int Most);

/// What such handlers on this OS thread had to leave undone.
void wakeMissed();

/// Waits for \p Address if \p StillWanted() holds; it is asked under the
/// queue's guard and when the caller is in the queue, so a waker that changes
/// the state first and then calls wake() or wakeFromAnywhere() is not missed.
/// \returns as waitOn(); true if it was not wanted any more, and now and then
/// for nothing. For \p Left see Waiter.
template <typename Condition>
bool waitWhile(const volatile void *Address, Condition StillWanted,
               Deadline Until = Deadline::never(), bool Interruptible = false,
               void (*Left)(Waiter &) = nullptr) {
  WaitQueue &Q = queueFor(Address);
  Waiter W;
  W.Left = Left;
  W.LooksAgain = true;
  {
    std::lock_guard Held(Q.Guard);
    Q.add(W, Address);
    if (!StillWanted()) {
      Q.takeBack(W);
      return true;
    }
  }
  return waitOn(Q, W, Until, Interruptible);
}

/// In a forked child: nobody waits but the caller, whose handler may have
/// forked on top of its waits.
void resetWaitQueuesInChild();

} // namespace oc

#endif
