// scheduler_test.h - threads on a scheduler, and events between them. A
// scheduler cannot be stopped, so each test runs in a child of this process, in
// which none has been started.
#ifndef OPEN_CO_SCHED_SCHEDULER_TEST_H
#define OPEN_CO_SCHED_SCHEDULER_TEST_H

#include "open_co/hooks.h"
#include "sched/scheduler.h"
#include "sched/wait_queue.h"
#include "sys/options.h"

#include <gtest/gtest.h>

#include <functional>
#include <sys/wait.h>
#include <vector>

namespace oc {

/// Runs \p Body in a child whose scheduler will have \p N workers.
inline void withWorkers(long N, const std::function<void()> &Body) {
  ASSERT_FALSE(schedulerRuns());
  fflush(nullptr);
  pid_t Child = fork();
  if (Child == 0) {
    alarm(240); // Whoever waits for a lost wake-up.
    Option.Workers = N;
    Body();
    fflush(nullptr);
    _exit(testing::Test::HasFailure() ? 1 : 0);
  }
  int Status = -1;
  waitpid(Child, &Status, 0);
  EXPECT_EQ(Status, 0) << "of the child with " << N << " workers";
}

/// Threads of the program, each a coroutine.
class Threads {
public:
  ~Threads() { join(); }

  void start(std::function<void()> Body) {
    auto *Copy = new std::function<void()>(std::move(Body));
    pthread_t T;
    ASSERT_EQ(__oc_pthread_create(&T, nullptr, run, Copy), 0);
    All.push_back(T);
  }

  void join() {
    for (pthread_t T : All)
      EXPECT_EQ(__oc_pthread_join(T, nullptr), 0);
    All.clear();
  }

private:
  static void *run(void *Copy) {
    auto *Body = static_cast<std::function<void()> *>(Copy);
    (*Body)();
    delete Body;
    return nullptr;
  }

  std::vector<pthread_t> All;
};

/// Something that happens once, and that coroutines and native threads await.
class Event {
public:
  void happen() {
    Happened = true;
    wake(this, Everyone);
  }
  void await() {
    while (!Happened)
      waitWhile(this, [&] { return !Happened; });
  }
  bool hasHappened() const { return Happened; }

private:
  std::atomic<bool> Happened{false};
};

/// Counts up to a number that somebody awaits.
class Countdown {
public:
  explicit Countdown(int From) : Left(From) {}
  void count() {
    if (--Left == 0)
      Done.happen();
  }
  void await() { Done.await(); }

private:
  std::atomic<int> Left;
  Event Done;
};

inline int currentTid() { return sys::threadId(); }

class SchedulerTest : public testing::TestWithParam<long> {
protected:
  void onWorkers(const std::function<void()> &Body) {
    withWorkers(GetParam(), Body);
  }
};

} // namespace oc

#endif
