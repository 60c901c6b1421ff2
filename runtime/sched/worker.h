// worker.h - a worker: a run queue, the timers and the poller of the coroutines
// that it runs. An OS thread drives it; when that thread is stuck in a call,
// another takes over (monitor.cpp).
#ifndef OPEN_CO_SCHED_WORKER_H
#define OPEN_CO_SCHED_WORKER_H

#include "coro/os_thread.h"
#include "reactor/poller.h"
#include "sched/run_queue.h"
#include "sched/timers.h"

namespace oc {

/// Who drives a worker, and whether a coroutine runs on that thread. Only then
/// may the worker be taken away:
///
///   scheduling(T) --T resumes a coroutine--> running(T)
///   running(T) ----it suspends (T, by CAS)--> scheduling(T)
///   running(T) ----T is stuck (monitor, by CAS)--> scheduling(other thread)
class Duty {
public:
  using Word = uintptr_t;
  static Word scheduling(OsThread &T) { return reinterpret_cast<Word>(&T); }
  static Word running(OsThread &T) { return reinterpret_cast<Word>(&T) | 1; }
  static bool isRunning(Word W) { return W & 1; }
  static OsThread *thread(Word W) {
    return reinterpret_cast<OsThread *>(W & ~Word{1});
  }
};

struct alignas(64) Worker {
  unsigned Index = 0;
  RunQueue Queue;
  Timers Deadlines;
  Poller Events;

  std::atomic<Duty::Word> Driver{0};
  /// Counts resumes. Unchanged: the same coroutine still runs.
  std::atomic<uint64_t> Ticks{0};
  /// Whether its thread waits in Events; whoever clears it wakes it.
  std::atomic<bool> Asleep{false};

  /// The next coroutine to run. Waits for one; called by the driving thread.
  Coroutine &next();

  /// Makes the driving thread look again if it is asleep. Any thread.
  void wake();

  /// Counts a yield. \returns true about once in as many as run here: all have
  /// had their turn. Any thread; now and then a count is lost.
  bool roundIsOver() {
    unsigned N = Yields.load(std::memory_order_relaxed);
    bool Over = N >= Queue.length();
    Yields.store(Over ? 0 : N + 1, std::memory_order_relaxed);
    return Over;
  }

private:
  int64_t LastLook = 0;
  std::atomic<unsigned> Yields{0};

  Coroutine *findWork();
  Coroutine *stealWork();
  void sleep();
  void poll();
};

/// All workers, while the scheduler runs.
extern Worker *Workers;
extern unsigned NumWorkers;
/// Runnable coroutines that belong to no worker yet.
extern RunQueue GlobalQueue;
/// How many workers are asleep, and whether one was woken to look for work.
extern std::atomic<unsigned> NumAsleep;
extern std::atomic<bool> Searching;

/// Wakes a worker that sleeps, if there is one and none is looking already.
void wakeSleeper();

} // namespace oc

#endif
