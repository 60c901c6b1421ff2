#include "sched/scheduler_test.h"

#include <thread>

namespace oc {
namespace {

using ParkingTest = SchedulerTest;

INSTANTIATE_TEST_SUITE_P(Workers, ParkingTest, testing::Values(1, 2, 8),
                         testing::PrintToStringParamName());

TEST_P(ParkingTest, TokenGoesRoundARing) {
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

TEST_P(ParkingTest, UnparkBeforeParkIsNotLost) {
  onWorkers([] {
    Threads T;
    for (int I = 0; I < 100; ++I)
      T.start([] {
        unpark(self());
        park();
      });
  });
}

TEST_P(ParkingTest, UnparkFromANativeThreadIsNotLost) {
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

TEST_P(ParkingTest, ParkEndsAtItsDeadline) {
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

TEST_P(ParkingTest, WakeAndDeadlineRaceAgrees) {
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

TEST_P(ParkingTest, MutexKeepsCoroutinesMainAndNativeThreadsApart) {
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

TEST_P(ParkingTest, ConditionIsABoundedQueue) {
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

TEST_P(ParkingTest, PipesPassBytesAlong) {
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

} // namespace
} // namespace oc
