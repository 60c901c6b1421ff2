#include "reactor/fd_table_test.h"
#include "sched/scheduler.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <sys/mman.h>
#include <thread>

namespace oc {
namespace {

TEST_F(FdTableTest, EdgeUnparksTheWaiter) {
  FdWaiter W = reader();
  wait(W);
  poll();
  EXPECT_TRUE(Unparked.empty());
  write();
  poll();
  EXPECT_EQ(Unparked, std::vector{&C});
  fds::disarm(W);
}

TEST_F(FdTableTest, EdgeBeforeTheFirstArmIsNotLost) {
  FdWaiter W = reader();
  fds::watch(W);
  write();
  ASSERT_EQ(fds::arm(W, P), 0); // It is registered only now.
  poll();
  EXPECT_EQ(Unparked, std::vector{&C});
  fds::disarm(W);
}

TEST_F(FdTableTest, EdgeBetweenWatchAndArmIsNotLost) {
  FdWaiter W = reader();
  wait(W);
  fds::disarm(W);
  fds::watch(W);
  write();
  poll(); // Somebody else saw the edge, and nobody waited.
  EXPECT_TRUE(Unparked.empty());
  EXPECT_EQ(fds::arm(W, P), 1);
}

TEST_F(FdTableTest, EdgeBeforeWatchIsOver) {
  FdWaiter W = reader();
  wait(W);
  write();
  poll();
  fds::disarm(W);
  wait(W);
  fds::disarm(W);
}

TEST_F(FdTableTest, EveryWaiterIsUnparked) {
  Coroutine Other;
  FdWaiter A = reader(), B(Other, Pipe[0], true, false);
  wait(A);
  wait(B);
  write();
  poll();
  std::sort(Unparked.begin(), Unparked.end());
  std::vector<Coroutine *> Both{&C, &Other};
  std::sort(Both.begin(), Both.end());
  EXPECT_EQ(Unparked, Both);
  fds::disarm(A);
  fds::disarm(B);
}

TEST_F(FdTableTest, DisarmedWaiterIsLeftAlone) {
  Coroutine Other[3];
  FdWaiter A(Other[0], Pipe[0], true, false), B(Other[1], Pipe[0], true, false),
      D(Other[2], Pipe[0], true, false);
  wait(A);
  wait(B);
  wait(D);
  fds::disarm(B); // From the middle of the list.
  write();
  poll();
  EXPECT_EQ(Unparked.size(), 2u);
  EXPECT_EQ(std::count(Unparked.begin(), Unparked.end(), &Other[1]), 0);
  fds::disarm(A);
  fds::disarm(D);
}

TEST_F(FdTableTest, InterestDecidesWhichEdgeCounts) {
  Coroutine Other;
  FdWaiter In(C, Pipe[0], true, false), Out(Other, Pipe[0], false, true);
  wait(In);
  wait(Out);
  poll();
  Unparked.clear();
  fds::ready(Pipe[0], EPOLLIN);
  EXPECT_EQ(Unparked, std::vector{&C});
  Unparked.clear();
  fds::ready(Pipe[0], EPOLLOUT);
  EXPECT_EQ(Unparked, std::vector{&Other});
  Unparked.clear();
  fds::ready(Pipe[0], EPOLLHUP);
  EXPECT_EQ(Unparked.size(), 2u);
  fds::disarm(In);
  fds::disarm(Out);
}

TEST_F(FdTableTest, EdgeOfTheOtherInterestIsNotReportedByArm) {
  FdWaiter W = reader();
  fds::watch(W);
  fds::ready(Pipe[0], EPOLLOUT);
  EXPECT_EQ(fds::arm(W, P), 0);
  fds::disarm(W);
  fds::ready(Pipe[0], EPOLLIN);
  EXPECT_EQ(fds::arm(W, P), 1);
}

TEST_F(FdTableTest, WriterIsUnparkedWhenThereIsRoom) {
  fill();
  FdWaiter W = writer();
  wait(W);
  poll();
  EXPECT_TRUE(Unparked.empty());
  drain();
  poll();
  EXPECT_EQ(Unparked, std::vector{&C});
  fds::disarm(W);
}

TEST_F(FdTableTest, OutputJoinsTheRegistrationForInput) {
  for (bool Private : {false, true}) {
    if (Private) {
      fds::forget(Pipe[1]);
      fds::created(Pipe[1], {});
    }
    FdWaiter In(C, Pipe[1], true, false);
    wait(In);
    fill();
    poll();
    FdWaiter W = writer();
    wait(W);
    drain();
    Unparked.clear();
    poll();
    EXPECT_EQ(Unparked, std::vector{&C}) << Private;
    fds::disarm(W);
    fds::disarm(In);
  }
}

TEST_F(FdTableTest, ArmTellsWhatCannotBePolled) {
  int File = memfd_create("file", 0);
  {
    FdWaiter W(C, File, true, false);
    fds::watch(W);
    EXPECT_EQ(fds::arm(W, P), -EPERM);
  }
  fds::forget(File);
  close(File);
  {
    FdWaiter W(C, File, true, false);
    fds::watch(W);
    EXPECT_EQ(fds::arm(W, P), -EBADF);
  }
  fds::forget(File);
  FdWaiter Bad(C, -1, true, false);
  fds::watch(Bad);
  EXPECT_LT(fds::arm(Bad, P), 0);
}

TEST_F(FdTableTest, UnknownNumbersAreHarmless) {
  FdFacts F;
  for (int Fd : {-1, 1'000'000, INT32_MAX}) {
    fds::ready(Fd, EPOLLIN);
    fds::shared(Fd);
    fds::forget(Fd);
    fds::setNonBlocking(Fd, true);
    EXPECT_FALSE(fds::facts(Fd, F)) << Fd;
  }
}

TEST_F(FdTableTest, AcceptLockBelongsToTheNumber) {
  EXPECT_EQ(&fds::acceptLock(Pipe[0]), &fds::acceptLock(Pipe[0]));
  EXPECT_NE(&fds::acceptLock(Pipe[0]), &fds::acceptLock(Pipe[1]));
  EXPECT_EQ(&fds::acceptLock(-1), &fds::acceptLock(-2));
}

TEST_F(FdTableTest, NoEdgeIsLostBetweenThreads) {
  constexpr int Readers = 4, Each = 3000;
  fds::Unpark = unpark;
  std::atomic<bool> Stop{false};
  std::thread Reactor([&] {
    while (!Stop) {
      P.wait(Deadline::never());
      P.dispatch(fds::ready);
    }
  });
  std::atomic<int> Bytes{0};
  std::vector<std::thread> All;
  for (int I = 0; I < Readers; ++I) // All of one pipe.
    All.emplace_back([&] {
      FdWaiter W(self(), Pipe[0], true, false);
      for (;;) {
        fds::watch(W);
        char Byte;
        ssize_t N = ::read(Pipe[0], &Byte, 1);
        if (N == 0)
          return;
        if (N == 1) {
          ++Bytes;
        } else if (fds::arm(W, P) == 0) {
          park();
          fds::disarm(W);
        }
      }
    });
  for (int I = 0; I < Each; ++I) {
    write();
    while (Bytes <= I - 3) // A few at a time, so that they do wait.
      std::this_thread::yield();
  }
  while (Bytes < Each)
    std::this_thread::yield();
  close(Pipe[1]); // End of file for each reader.
  for (std::thread &T : All)
    T.join();
  Stop = true;
  P.wake();
  Reactor.join();
  ASSERT_EQ(dup(Pipe[0]), Pipe[1]); // For TearDown().
}

} // namespace
} // namespace oc
