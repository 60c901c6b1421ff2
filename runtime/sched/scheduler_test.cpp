// A scheduler cannot be stopped, so each test runs in a child of this process,
// in which none has been started.
#include "open_co/hooks.h"
#include "sched/scheduler.h"
#include "sched/wait_queue.h"
#include "sched/worker.h"
#include "sys/errno.h"
#include "sys/options.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <functional>
#include <set>
#include <stdexcept>
#include <sys/wait.h>
#include <thread>
#include <vector>

namespace oc {
namespace {

/// Runs \p Body in a child whose scheduler will have \p N workers.
void withWorkers(long N, const std::function<void()> &Body) {
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

int currentTid() { return sys::threadId(); }

class SchedulerTest : public testing::TestWithParam<long> {
protected:
  void onWorkers(const std::function<void()> &Body) {
    withWorkers(GetParam(), Body);
  }
};

INSTANTIATE_TEST_SUITE_P(Workers, SchedulerTest, testing::Values(1, 2, 8),
                         testing::PrintToStringParamName());

//===- With each number of workers ----------------------------------------===//

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

TEST_P(SchedulerTest, TokenGoesRoundARing) {
  onWorkers([] {
    constexpr int Ring = 100, Rounds = 50;
    std::atomic<int> Turn{0};
    std::atomic<int> Places[Ring] = {}; // Each waits at its own.
    Threads T;
    for (int Me = 0; Me < Ring; ++Me)
      T.start([&, Me] {
        for (int I = 0; I < Rounds; ++I) {
          while (Turn % Ring != Me)
            waitWhile(&Places[Me], [&] { return Turn % Ring != Me; });
          ++Turn;
          wake(&Places[(Me + 1) % Ring], 1);
        }
      });
    T.join();
    EXPECT_EQ(Turn, Ring * Rounds);
  });
}

TEST_P(SchedulerTest, UnparkBeforeParkIsNotLost) {
  onWorkers([] {
    Threads T;
    for (int I = 0; I < 100; ++I)
      T.start([] {
        unpark(self());
        park();
      });
  });
}

TEST_P(SchedulerTest, UnparkFromANativeThreadIsNotLost) {
  onWorkers([] {
    constexpr int Rounds = 2000;
    std::atomic<int> Asked{0}, Answered{0};
    std::thread Native([&] {
      for (int I = 0; I < Rounds; ++I) {
        while (Asked == I)
          waitWhile(&Asked, [&] { return Asked == I; });
        ++Answered;
        wake(&Answered, 1);
      }
    });
    Threads T;
    T.start([&] {
      for (int I = 0; I < Rounds; ++I) {
        ++Asked;
        wake(&Asked, 1);
        while (Answered == I)
          waitWhile(&Answered, [&] { return Answered == I; });
      }
    });
    T.join();
    Native.join();
    EXPECT_EQ(Answered, Rounds);
  });
}

TEST_P(SchedulerTest, ParkEndsAtItsDeadline) {
  onWorkers([] {
    Threads T;
    for (int I = 0; I < 1000; ++I)
      T.start([I] {
        Deadline Until = Deadline::in((I * 37 % 1000) * 10'000);
        EXPECT_FALSE(waitWhile(&Until, [] { return true; }, Until));
        EXPECT_TRUE(Until.hasPassed());
      });
  });
}

TEST_P(SchedulerTest, WakeAndDeadlineRaceAgrees) {
  onWorkers([] {
    constexpr int Sleepers = 50, Each = 100;
    std::atomic<int> Woken{0};
    int Counted = 0;
    std::atomic<int> Left{Sleepers};
    Threads T;
    for (int I = 0; I < Sleepers; ++I)
      T.start([&] {
        for (int J = 0; J < Each; ++J)
          Woken += waitWhile(&Woken, [] { return true; }, Deadline::in(50'000));
        --Left;
      });
    T.start([&] {
      while (Left) {
        Counted += wake(&Woken, 3);
        yield();
      }
    });
    T.join();
    EXPECT_EQ(Woken, Counted);
  });
}

TEST_P(SchedulerTest, MutexKeepsCoroutinesMainAndNativeThreadsApart) {
  onWorkers([] {
    constexpr int Coroutines = 100, Each = 200;
    pthread_mutex_t M = PTHREAD_MUTEX_INITIALIZER;
    long Counter = 0;
    auto Count = [&] {
      for (int I = 0; I < Each; ++I) {
        __oc_pthread_mutex_lock(&M);
        long Seen = Counter;
        if (I % 8 == 0)
          yield();
        Counter = Seen + 1;
        __oc_pthread_mutex_unlock(&M);
      }
    };
    Threads T;
    for (int I = 0; I < Coroutines; ++I)
      T.start(Count);
    std::thread Native(Count);
    Count();
    T.join();
    Native.join();
    EXPECT_EQ(Counter, (Coroutines + 2) * Each);
  });
}

TEST_P(SchedulerTest, ConditionIsABoundedQueue) {
  onWorkers([] {
    constexpr int Producers = 20, Each = 200, Room = 4;
    pthread_mutex_t M = PTHREAD_MUTEX_INITIALIZER;
    pthread_cond_t NotEmpty = PTHREAD_COND_INITIALIZER;
    pthread_cond_t NotFull = PTHREAD_COND_INITIALIZER;
    int Queued = 0, Consumed = 0;
    Threads T;
    for (int I = 0; I < Producers; ++I) {
      T.start([&] {
        for (int J = 0; J < Each; ++J) {
          __oc_pthread_mutex_lock(&M);
          while (Queued == Room)
            __oc_pthread_cond_wait(&NotFull, &M);
          ++Queued;
          __oc_pthread_cond_signal(&NotEmpty);
          __oc_pthread_mutex_unlock(&M);
        }
      });
      T.start([&] {
        for (int J = 0; J < Each; ++J) {
          __oc_pthread_mutex_lock(&M);
          while (Queued == 0)
            __oc_pthread_cond_wait(&NotEmpty, &M);
          --Queued;
          ++Consumed;
          __oc_pthread_cond_signal(&NotFull);
          __oc_pthread_mutex_unlock(&M);
        }
      });
    }
    T.join();
    EXPECT_EQ(Consumed, Producers * Each);
  });
}

TEST_P(SchedulerTest, PipesPassBytesAlong) {
  onWorkers([] {
    constexpr int Stages = 50, Bytes = 200;
    ASSERT_EQ(startScheduler(), 0);
    int Pipes[Stages + 1][2];
    for (auto &Pipe : Pipes)
      ASSERT_EQ(__oc_pipe(Pipe), 0);
    Threads T;
    for (int I = 0; I < Stages; ++I)
      T.start([&Pipes, I] {
        char Byte;
        while (__oc_read(Pipes[I][0], &Byte, 1) == 1)
          EXPECT_EQ(__oc_write(Pipes[I + 1][1], &Byte, 1), 1);
        __oc_close(Pipes[I + 1][1]);
      });
    for (int I = 0; I < Bytes; ++I) {
      char Out = static_cast<char>(I), In = 0;
      ASSERT_EQ(__oc_write(Pipes[0][1], &Out, 1), 1);
      ASSERT_EQ(__oc_read(Pipes[Stages][0], &In, 1), 1);
      EXPECT_EQ(In, Out);
    }
    __oc_close(Pipes[0][1]);
    T.join();
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

TEST_P(SchedulerTest, BlockedOsThreadsDoNotStopOthers) {
  onWorkers([] {
    constexpr int Blocked = 10;
    int Pipe[2];
    ASSERT_EQ(pipe(Pipe), 0);
    Countdown Come(Blocked);
    Threads T;
    for (int I = 0; I < Blocked; ++I)
      T.start([&] {
        char Byte;
        Come.count();
        EXPECT_EQ(sys::read(Pipe[0], &Byte, 1), 1);
        yield(); // It goes on as a coroutine.
      });
    T.start([&] { // Runs only if there is a thread for the blocked one's queue.
      Come.await();
      EXPECT_EQ(sys::write(Pipe[1], "0123456789", Blocked), Blocked);
    });
  });
}

TEST_P(SchedulerTest, OpaqueCallsDoNotStopOthers) {
  onWorkers([] {
    constexpr int Blocked = 10;
    int Pipe[2];
    ASSERT_EQ(pipe(Pipe), 0);
    Countdown Come(Blocked);
    Threads T;
    for (int I = 0; I < Blocked; ++I)
      T.start([&, I] {
        char Byte;
        Come.count();
        setErrno(I + 1);
        EXPECT_EQ(opaque([&] { return sys::read(Pipe[0], &Byte, 1); }), 1);
        EXPECT_EQ(getErrno(), I + 1);
      });
    T.start([&] {
      Come.await();
      EXPECT_EQ(sys::write(Pipe[1], "0123456789", Blocked), Blocked);
    });
  });
}

TEST_P(SchedulerTest, ComputingCoroutinesDoNotStopOthers) {
  onWorkers([] {
    Event Enough;
    Threads T;
    for (int I = 0; I < 10; ++I)
      T.start([&] {
        while (!Enough.hasHappened())
          ;
      });
    T.start([&] { Enough.happen(); });
  });
}

TEST_P(SchedulerTest, TwoThatWakeEachOtherDoNotStopAThird) {
  onWorkers([] {
    std::atomic<bool> Stop{false};
    std::atomic<int> Turn{0};
    Threads T;
    for (int Me = 0; Me < 2; ++Me)
      T.start([&, Me] {
        while (!Stop) {
          waitWhile(&Turn, [&] { return Turn % 2 != Me && !Stop; });
          if (Turn % 2 == Me)
            ++Turn;
          wake(&Turn, 1);
        }
        wake(&Turn, 1);
      });
    T.start([&] {
      Stop = true;
      wake(&Turn, Everyone);
    });
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

TEST_P(SchedulerTest, ExclusiveCoroutineKeepsItsOsThread) {
  onWorkers([] {
    Countdown Come(20);
    Event Open;
    std::mutex Guard;
    std::set<int> Tids;
    Threads T;
    for (int I = 0; I < 20; ++I)
      T.start([&] {
        becomeExclusive();
        EXPECT_EQ(suspendable(), nullptr);
        int Tid = currentTid();
        Come.count();
        Open.await();
        yield();
        EXPECT_EQ(currentTid(), Tid);
        std::lock_guard Held(Guard);
        EXPECT_TRUE(Tids.insert(Tid).second); // While all of them live.
      });
    for (int I = 0; I < 20; ++I) // Others run beside them.
      T.start([&] { Open.await(); });
    Come.await();
    Open.happen();
    T.join();
    EXPECT_EQ(Tids.size(), 20u);
  });
}

TEST_P(SchedulerTest, ExclusiveCoroutineMayBlock) {
  onWorkers([] {
    int Pipe[2];
    ASSERT_EQ(pipe(Pipe), 0);
    Threads T;
    T.start([&] {
      char Byte;
      becomeExclusive();
      EXPECT_EQ(__oc_read(Pipe[0], &Byte, 1), 1);
    });
    T.start([&] { EXPECT_EQ(__oc_write(Pipe[1], "x", 1), 1); });
  });
}

TEST_P(SchedulerTest, OsThreadEndsWithTheCoroutineItBelongsTo) {
  onWorkers([] {
    int Tid = 0;
    Threads T;
    T.start([&] {
      becomeOsThread();
      Tid = currentTid();
    });
    T.join();
    T.start([&] { EXPECT_NE(currentTid(), Tid); });
    T.join();
    while (sys::tgkill(sys::processId(), Tid, 0) != -ESRCH)
      sys::yield();
  });
}

//===- With a given number ------------------------------------------------===//

TEST(Scheduler, StartsWithTheFirstThread) {
  withWorkers(2, [] {
    EXPECT_FALSE(schedulerRuns());
    Threads T;
    T.start([] { EXPECT_TRUE(schedulerRuns()); });
    EXPECT_TRUE(schedulerRuns());
  });
}

TEST(Scheduler, MainIsBoundToItsOsThread) {
  withWorkers(2, [] {
    Threads T;
    T.start([] {
      EXPECT_NE(suspendable(), nullptr);
      EXPECT_NE(currentTid(), sys::processId());
    });
    T.join();
    EXPECT_EQ(suspendable(), nullptr);
    EXPECT_EQ(currentTid(), sys::processId());
  });
}

TEST(Scheduler, CoroutinesOfOneWorkerShareItsOsThread) {
  withWorkers(1, [] {
    // Unless the machine is so slow that the monitor steps in, so: few.
    std::mutex Guard;
    std::set<int> Tids;
    Threads T;
    for (int I = 0; I < 200; ++I)
      T.start([&] {
        yield();
        std::lock_guard Held(Guard);
        Tids.insert(currentTid());
      });
    T.join();
    EXPECT_LT(Tids.size(), 20u);
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

TEST(Scheduler, ThreadLimitIsNotExceeded) {
  withWorkers(1, [] {
    Option.MaxThreads = 4;
    constexpr int Blocked = 8;
    int Pipe[2];
    ASSERT_EQ(pipe(Pipe), 0);
    std::atomic<int> Most{0}, Now{0};
    Threads T;
    Event First;
    for (int I = 0; I < Blocked; ++I)
      T.start([&] {
        int N = ++Now;
        for (int Seen = Most; N > Seen && !Most.compare_exchange_weak(Seen, N);)
          ;
        if (N == 4)
          First.happen();
        char Byte;
        EXPECT_EQ(sys::read(Pipe[0], &Byte, 1), 1);
        --Now;
      });
    First.await(); // Main has its own OS thread.
    EXPECT_EQ(sys::write(Pipe[1], "01234567", Blocked), Blocked);
    T.join();
    EXPECT_EQ(Most, 4);
  });
}

} // namespace
} // namespace oc
