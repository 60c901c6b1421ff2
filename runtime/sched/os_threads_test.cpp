#include "sched/scheduler_test.h"
#include "sys/errno.h"

#include <cerrno>
#include <set>

namespace oc {
namespace {

using OsThreadsTest = SchedulerTest;

INSTANTIATE_TEST_SUITE_P(Workers, OsThreadsTest, testing::Values(1, 2, 8),
                         testing::PrintToStringParamName());

TEST_P(OsThreadsTest, BlockedOsThreadsDoNotStopOthers) {
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

TEST_P(OsThreadsTest, OpaqueCallsDoNotStopOthers) {
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

TEST_P(OsThreadsTest, ComputingCoroutinesDoNotStopOthers) {
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

TEST_P(OsThreadsTest, TwoThatWakeEachOtherDoNotStopAThird) {
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

TEST_P(OsThreadsTest, ExclusiveCoroutineKeepsItsOsThread) {
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

TEST_P(OsThreadsTest, ExclusiveCoroutineMayBlock) {
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

TEST_P(OsThreadsTest, OsThreadEndsWithTheCoroutineItBelongsTo) {
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

TEST(OsThreads, MainIsBoundToItsOsThread) {
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

TEST(OsThreads, CoroutinesOfOneWorkerShareItsOsThread) {
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

TEST(OsThreads, ThreadLimitIsNotExceeded) {
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
