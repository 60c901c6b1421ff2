// worker.cpp - where a worker finds its next coroutine, and how it sleeps.
#include "sched/worker.h"
#include "reactor/fd_table.h"
#include "sched/monitor.h"
#include "sched/scheduler.h"
#include "sys/options.h"

namespace oc {

Worker *Workers;
unsigned NumWorkers;
RunQueue GlobalQueue;
std::atomic<unsigned> NumAsleep{0};
std::atomic<bool> Searching{false};

namespace {
/// How often a busy worker looks at the kernel and at the global queue, beside
/// once in a tick of the coarse clock (4 ms): a prime, so that it does not fall
/// into step with the program.
constexpr uint64_t LookAround = 61;
} // namespace

void Worker::poll() {
  Events.wait(Deadline::at(0));
  Events.dispatch(fds::ready);
  Deadlines.fire(unpark);
}

Coroutine *Worker::stealWork() {
  if (Option.Migrate) // Each coroutine goes where it was sent.
    return nullptr;
  for (unsigned I = 1; I < NumWorkers; ++I) {
    Worker &Victim = Workers[(Index + I) % NumWorkers];
    if (Coroutine *C = Victim.Queue.steal(Queue))
      return C;
  }
  return nullptr;
}

Coroutine *Worker::findWork() {
  int64_t Now = clockNow(CLOCK_MONOTONIC_COARSE);
  if (Now != LastLook ||
      Ticks.load(std::memory_order_relaxed) % LookAround == 0) {
    LastLook = Now;
    poll();
    if (Coroutine *C = GlobalQueue.pop())
      return C;
  }
  if (Coroutine *C = Queue.pop())
    return C;
  if (Coroutine *C = GlobalQueue.pop())
    return C;
  return stealWork();
}

void Worker::sleep() {
  // The exchange is a full fence: either a pusher sees us asleep, or we see
  // what it pushed.
  Asleep.exchange(true);
  NumAsleep.fetch_add(1);
  bool Work = !Queue.isEmpty() || !GlobalQueue.isEmpty();
  for (unsigned I = 0; !Work && !Option.Migrate && I < NumWorkers; ++I)
    Work = Workers[I].Queue.length() > 0;
  if (!Work)
    Events.wait(Deadlines.next());
  Asleep.store(false);
  NumAsleep.fetch_sub(1);
  monitorWorkersAwake();
  Events.dispatch(fds::ready);
  Deadlines.fire(unpark);
}

Coroutine &Worker::next() {
  for (;;) {
    Coroutine *C = findWork();
    if (C) {
      // We were the one that looks; if there is more, somebody else should.
      if (Searching.exchange(false) &&
          (Queue.length() > 0 || !GlobalQueue.isEmpty()))
        wakeSleeper();
      return *C;
    }
    Searching.store(false);
    sleep();
  }
}

void Worker::wake() {
  if (Asleep.exchange(false))
    Events.wake();
}

void wakeSleeper() {
  if (NumAsleep.load() == 0 || Searching.exchange(true))
    return;
  for (unsigned I = 0; I < NumWorkers; ++I)
    if (Workers[I].Asleep.load(std::memory_order_relaxed)) {
      Workers[I].wake();
      return;
    }
  Searching.store(false);
}

} // namespace oc
