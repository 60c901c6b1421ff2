#include "reactor/poller.h"
#include "sys/syscall.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace oc {
namespace {

std::vector<std::pair<int, uint32_t>> Edges;

void record(int Fd, uint32_t Events) { Edges.emplace_back(Fd, Events); }

/// The numbers of all open descriptors.
std::vector<int> openNumbers() {
  std::vector<int> Numbers;
  DIR *D = opendir("/proc/self/fd");
  while (dirent *E = readdir(D))
    if (*E->d_name != '.' && atoi(E->d_name) != dirfd(D))
      Numbers.push_back(atoi(E->d_name));
  closedir(D);
  std::sort(Numbers.begin(), Numbers.end());
  return Numbers;
}

class PollerTest : public testing::Test {
protected:
  void SetUp() override {
    Edges.clear();
    std::vector<int> Before = openNumbers();
    ASSERT_EQ(P.open(), 0);
    std::vector<int> After = openNumbers();
    std::set_difference(After.begin(), After.end(), Before.begin(),
                        Before.end(), std::back_inserter(Own));
    ASSERT_EQ(pipe2(Pipe, O_NONBLOCK), 0);
  }
  void TearDown() override {
    close(Pipe[0]);
    close(Pipe[1]);
    P.close();
  }

  void write() { ASSERT_EQ(::write(Pipe[1], "x", 1), 1); }
  /// Waits, and records the edges that there were.
  void wait(Deadline Until) {
    P.wait(Until);
    P.dispatch(record);
  }
  void poll() { wait(Deadline::at(0)); }

  Poller P;
  std::vector<int> Own; // Its descriptors.
  int Pipe[2];
};

TEST_F(PollerTest, EdgeIsReportedOnce) {
  ASSERT_EQ(P.add(Pipe[0], EPOLLIN), 0);
  poll();
  EXPECT_TRUE(Edges.empty());
  write();
  wait(Deadline::never());
  ASSERT_EQ(Edges.size(), 1u);
  EXPECT_EQ(Edges[0].first, Pipe[0]);
  EXPECT_TRUE(Edges[0].second & EPOLLIN);
  poll(); // Still readable, but that is no edge.
  EXPECT_EQ(Edges.size(), 1u);
  write();
  poll();
  EXPECT_EQ(Edges.size(), 2u);
}

TEST_F(PollerTest, DispatchTellsEachEdgeOnce) {
  ASSERT_EQ(P.add(Pipe[0], EPOLLIN), 0);
  write();
  P.wait(Deadline::never());
  EXPECT_TRUE(Edges.empty());
  P.dispatch(record);
  P.dispatch(record);
  EXPECT_EQ(Edges.size(), 1u);
}

TEST_F(PollerTest, WhatIsReadyWhenAddedIsAnEdge) {
  write();
  ASSERT_EQ(P.add(Pipe[0], EPOLLIN), 0);
  poll();
  EXPECT_EQ(Edges.size(), 1u);
}

TEST_F(PollerTest, WhatIsReadyWhenModifiedIsAnEdge) {
  ASSERT_EQ(P.add(Pipe[1], EPOLLRDHUP), 0);
  poll();
  EXPECT_TRUE(Edges.empty());
  ASSERT_EQ(P.modify(Pipe[1], EPOLLRDHUP | EPOLLOUT), 0);
  poll();
  EXPECT_EQ(Edges.size(), 1u);
}

TEST_F(PollerTest, RemovedOneHasNoEdges) {
  ASSERT_EQ(P.add(Pipe[0], EPOLLIN), 0);
  P.remove(Pipe[0]);
  write();
  poll();
  EXPECT_TRUE(Edges.empty());
}

TEST_F(PollerTest, ManyEdgesComeInSeveralBatches) {
  std::vector<int> Copies;
  for (int I = 0; I < 600; ++I) {
    Copies.push_back(dup(Pipe[0]));
    ASSERT_EQ(P.add(Copies.back(), EPOLLIN), 0);
  }
  write();
  for (int I = 0; I < 10; ++I)
    poll();
  EXPECT_EQ(Edges.size(), 600u);
  for (int Fd : Copies)
    close(Fd);
}

TEST_F(PollerTest, AddTellsWhyItCannot) {
  EXPECT_EQ(P.add(Pipe[0], EPOLLIN), 0);
  EXPECT_EQ(P.add(Pipe[0], EPOLLIN), -EEXIST);
  EXPECT_EQ(P.modify(Pipe[1], EPOLLIN), -ENOENT);
  EXPECT_EQ(P.add(-1, EPOLLIN), -EBADF);
  int File = memfd_create("file", 0);
  EXPECT_EQ(P.add(File, EPOLLIN), -EPERM);
  close(File);
}

TEST_F(PollerTest, WakeBeforeWaitIsNotLost) {
  P.wake();
  wait(Deadline::never());
  EXPECT_TRUE(Edges.empty());
}

TEST_F(PollerTest, WakeEndsOneWait) {
  P.wake();
  P.wake();
  wait(Deadline::never());
  Deadline Until = Deadline::in(1'000'000);
  wait(Until);
  EXPECT_TRUE(Until.hasPassed());
}

TEST_F(PollerTest, EveryWakeEndsAWaitOfAnotherThread) {
  constexpr int Rounds = 5000;
  std::atomic<int> Ended{0};
  std::thread Waiter([&] {
    while (Ended < Rounds) {
      P.wait(Deadline::never());
      ++Ended;
    }
  });
  for (int I = 0; I < Rounds; ++I) {
    P.wake();
    while (Ended == I)
      std::this_thread::yield();
  }
  Waiter.join();
}

TEST_F(PollerTest, DeadlineEndsAWaitNotTooEarly) {
  Deadline Until = Deadline::in(2'000'000);
  wait(Until);
  EXPECT_TRUE(Until.hasPassed());
}

TEST_F(PollerTest, OwnsItsDescriptors) {
  ASSERT_EQ(Own.size(), 2u);
  for (int Fd : Own)
    EXPECT_TRUE(isOwn(Fd)) << Fd;
  for (int Fd : {-1, 0, 2, Pipe[0], Pipe[1], INT32_MAX})
    EXPECT_FALSE(isOwn(Fd)) << Fd;
}

TEST_F(PollerTest, OwnsThoseOfAllPollers) {
  Poller Other;
  ASSERT_EQ(Other.open(), 0);
  int Owned = 0;
  for (int Fd : openNumbers())
    Owned += isOwn(Fd);
  EXPECT_EQ(Owned, 4);
  Other.close();
}

TEST_F(PollerTest, OwnsNothingOnceClosed) {
  P.close();
  for (int Fd : Own) {
    EXPECT_FALSE(isOwn(Fd)) << Fd;
    EXPECT_EQ(fcntl(Fd, F_GETFD), -1) << Fd;
  }
}

TEST_F(PollerTest, ItsDescriptorsDoNotSurviveExec) {
  for (int Fd : Own)
    EXPECT_EQ(fcntl(Fd, F_GETFD), FD_CLOEXEC) << Fd;
}

TEST_F(PollerTest, ItsDescriptorsLieAboveTheSoftLimit) {
  rlimit Limit;
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &Limit), 0);
  if (Limit.rlim_max <= 256)
    GTEST_SKIP() << "the hard limit leaves no room above a soft one";
  pid_t Child = fork();
  if (Child == 0) { // The limit belongs to a process.
    rlimit Low{256, Limit.rlim_max}, After;
    setrlimit(RLIMIT_NOFILE, &Low);
    std::vector<int> Before = openNumbers();
    Poller Hidden;
    bool Opened = Hidden.open() == 0;
    getrlimit(RLIMIT_NOFILE, &After);
    int Above = 0;
    for (int Fd : openNumbers())
      Above += Fd >= 256 && isOwn(Fd) &&
               !std::binary_search(Before.begin(), Before.end(), Fd);
    _exit(Opened && Above == 2 && After.rlim_cur == 256 ? 0 : 1);
  }
  int Status = -1;
  waitpid(Child, &Status, 0);
  EXPECT_EQ(Status, 0);
}

} // namespace
} // namespace oc
