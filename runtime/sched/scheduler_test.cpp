#include "sched/scheduler_test.h"
#include "sched/worker.h"
#include "sys/errno.h"

#include <set>

namespace oc {
namespace {

INSTANTIATE_TEST_SUITE_P(Workers, SchedulerTest, testing::Values(1, 2, 8),
                         testing::PrintToStringParamName());

TEST_P(SchedulerTest, HasAsManyWorkersAsAsked) {
  onWorkers([] {
    EXPECT_FALSE(schedulerRuns());
    EXPECT_EQ(startScheduler(), 0);
    EXPECT_TRUE(schedulerRuns());
    EXPECT_EQ(NumWorkers, Option.Workers);
    EXPECT_EQ(startScheduler(), 0); // Not a second time.
  });
}

TEST_P(SchedulerTest, ThousandThreadsGiveTheirResults) {
  onWorkers([] {
    std::vector<pthread_t> All(1000);
    for (size_t I = 0; I < All.size(); ++I)
      ASSERT_EQ(__oc_pthread_create(
                    &All[I], nullptr,
                    [](void *Argument) -> void * {
                      yield();
                      return static_cast<char *>(Argument) + 1;
                    },
                    reinterpret_cast<void *>(I)),
                0);
    for (size_t I = 0; I < All.size(); ++I) {
      void *Result = nullptr;
      ASSERT_EQ(__oc_pthread_join(All[I], &Result), 0);
      EXPECT_EQ(reinterpret_cast<size_t>(Result), I + 1);
    }
  });
}

TEST_P(SchedulerTest, ThousandThreadsWaitAtOnce) {
  onWorkers([] {
    Countdown Come(1000);
    Event Open;
    std::atomic<int> Gone{0};
    Threads T;
    for (int I = 0; I < 1000; ++I)
      T.start([&] {
        Come.count();
        Open.await();
        ++Gone;
      });
    Come.await();
    EXPECT_EQ(Gone, 0);
    Open.happen();
    T.join();
    EXPECT_EQ(Gone, 1000);
  });
}

TEST_P(SchedulerTest, ErrnoTravels) {
  onWorkers([] {
    Threads T;
    for (int I = 1; I <= 100; ++I)
      T.start([I] {
        setErrno(I);
        for (int J = 0; J < 20; ++J) {
          yield();
          EXPECT_EQ(getErrno(), I);
        }
      });
  });
}

TEST_P(SchedulerTest, CaughtExceptionsTravel) {
  onWorkers([] {
    Threads T;
    for (int I = 1; I <= 100; ++I)
      T.start([I] {
        try {
          try {
            throw I;
          } catch (int) {
            for (int J = 0; J < 20; ++J)
              yield();
            throw;
          }
        } catch (int Caught) {
          yield();
          EXPECT_EQ(Caught, I);
        }
        EXPECT_EQ(std::uncaught_exceptions(), 0);
      });
  });
}

TEST_P(SchedulerTest, StackOfAnEndedThreadServesTheNext) {
  onWorkers([] {
    std::set<pthread_t> Handles;
    for (int I = 0; I < 100; ++I) {
      pthread_t T;
      ASSERT_EQ(__oc_pthread_create(
                    &T, nullptr, [](void *P) { return P; }, nullptr),
                0);
      ASSERT_EQ(__oc_pthread_join(T, nullptr), 0);
      Handles.insert(T);
    }
    EXPECT_EQ(Handles.size(), 1u);
  });
}

TEST_P(SchedulerTest, ThreadsStartThreads) {
  onWorkers([] {
    std::atomic<int> Started{0};
    std::function<void(int)> Grow = [&](int Depth) {
      ++Started;
      if (Depth == 0)
        return;
      Threads T;
      T.start([&, Depth] { Grow(Depth - 1); });
      T.start([&, Depth] { Grow(Depth - 1); });
    };
    Threads T;
    T.start([&] { Grow(8); });
    T.join();
    EXPECT_EQ(Started, (1 << 9) - 1);
  });
}

TEST_P(SchedulerTest, YieldLetsOthersRun) {
  onWorkers([] {
    Event Come;
    Threads T;
    T.start([&] {
      while (!Come.hasHappened())
        yield();
    });
    T.start([&] { Come.happen(); });
  });
}

TEST(Scheduler, StartsWithTheFirstThread) {
  withWorkers(2, [] {
    EXPECT_FALSE(schedulerRuns());
    Threads T;
    T.start([] { EXPECT_TRUE(schedulerRuns()); });
    EXPECT_TRUE(schedulerRuns());
  });
}

TEST(Scheduler, WorkersHelpEachOther) {
  withWorkers(2, [] {
    // Both wait for the other while they run, so they have to run at once.
    std::atomic<int> Running{0};
    auto Meet = [&] {
      ++Running;
      while (Running < 2)
        ;
    };
    Threads T;
    T.start([&] {
      Threads Other;
      Other.start(Meet);
      Meet();
    });
  });
}

TEST(Scheduler, MigrateMovesACoroutineEachTime) {
  withWorkers(4, [] {
    Option.Migrate = 1;
    Threads T;
    for (int I = 0; I < 20; ++I)
      T.start([] {
        for (int J = 0; J < 50; ++J) {
          unsigned Before = self().LastWorker;
          yield();
          EXPECT_EQ(self().LastWorker, (Before + 1) % 4);
        }
      });
  });
}

} // namespace
} // namespace oc
