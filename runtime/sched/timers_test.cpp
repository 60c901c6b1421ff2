#include "sched/timers.h"

#include <algorithm>
#include <gtest/gtest.h>

#include <deque>
#include <random>
#include <set>
#include <thread>
#include <vector>

namespace oc {
namespace {

/// A coroutine with its timer.
struct Sleeper : Coroutine {
  explicit Sleeper(Deadline When) : T(*this, When) {}
  Timer T;
};

std::vector<Sleeper *> Fired;

void record(Coroutine &C) { Fired.push_back(static_cast<Sleeper *>(&C)); }

class TimersTest : public testing::Test {
protected:
  void SetUp() override { Fired.clear(); }

  Timers Heap;
  std::deque<Sleeper> Sleepers; // Stay where they are.

  Sleeper &add(Deadline When) {
    Sleeper &S = Sleepers.emplace_back(When);
    Heap.add(S.T, record);
    return S;
  }
};

Deadline soon() { return Deadline::in(3600 * NsPerSecond); }

TEST_F(TimersTest, WithoutTimersNextIsNever) {
  EXPECT_TRUE(Heap.isEmpty());
  EXPECT_TRUE(Heap.next().isNever());
  Heap.fire(record);
  EXPECT_TRUE(Fired.empty());
}

TEST_F(TimersTest, AddTellsWhetherItIsTheSoonest) {
  Sleeper A(Deadline::at(20)), B(Deadline::at(30)), C(Deadline::at(10));
  EXPECT_TRUE(Heap.add(A.T, record));
  EXPECT_FALSE(Heap.add(B.T, record));
  EXPECT_TRUE(Heap.add(C.T, record));
  EXPECT_EQ(Heap.next().ns(), 10);
}

TEST_F(TimersTest, FireInTheOrderOfTheirDeadlines) {
  std::vector<int64_t> Times(1000);
  for (size_t I = 0; I < Times.size(); ++I)
    Times[I] = static_cast<int64_t>(I);
  std::shuffle(Times.begin(), Times.end(), std::mt19937(1));
  for (int64_t Time : Times)
    add(Deadline::at(Time));
  Heap.fire(record);
  ASSERT_EQ(Fired.size(), Times.size());
  for (size_t I = 0; I < Fired.size(); ++I)
    EXPECT_EQ(Fired[I]->T.When.ns(), static_cast<int64_t>(I));
  EXPECT_TRUE(Heap.isEmpty());
}

TEST_F(TimersTest, OnlyThoseThatHavePassedFire) {
  Sleeper &Past = add(Deadline::at(1));
  Sleeper &Future = add(soon());
  Heap.fire(record);
  EXPECT_EQ(Fired, std::vector{&Past});
  EXPECT_EQ(Heap.next().ns(), Future.T.When.ns());
}

TEST_F(TimersTest, CancelledOneDoesNotFire) {
  Sleeper &A = add(Deadline::at(1));
  Sleeper &B = add(Deadline::at(2));
  Heap.cancel(A.T);
  Heap.fire(record);
  EXPECT_EQ(Fired, std::vector{&B});
}

TEST_F(TimersTest, CancelAfterItFiredDoesNothing) {
  Sleeper &A = add(Deadline::at(1));
  Heap.fire(record);
  Sleeper &B = add(soon());
  Heap.cancel(A.T);
  EXPECT_EQ(Heap.next().ns(), B.T.When.ns());
}

TEST_F(TimersTest, EqualDeadlinesAllFire) {
  for (int I = 0; I < 100; ++I)
    add(Deadline::at(5));
  Heap.fire(record);
  EXPECT_EQ(std::set<Sleeper *>(Fired.begin(), Fired.end()).size(), 100u);
}

TEST_F(TimersTest, AgreeWithAReferenceOverRandomChanges) {
  struct Sooner {
    bool operator()(const Sleeper *A, const Sleeper *B) const {
      return std::pair(A->T.When.ns(), A) < std::pair(B->T.When.ns(), B);
    }
  };
  std::set<Sleeper *, Sooner> Reference;
  std::vector<Sleeper *> Set; // The same, to choose from.
  std::mt19937 Random(2);
  const int64_t Future = soon().ns();
  for (int I = 0; I < 20'000; ++I) {
    switch (Random() % 16) {
    default: { // Past, or future; small numbers collide.
      int64_t Time = Random() % 1000;
      Sleeper &S = add(Deadline::at(Random() % 2 ? Time : Future + Time));
      Reference.insert(&S);
      Set.push_back(&S);
      break;
    }
    case 0:
    case 1:
    case 2:
    case 3:
    case 4:
    case 5:
      if (!Set.empty()) {
        std::swap(Set[Random() % Set.size()], Set.back());
        Heap.cancel(Set.back()->T);
        Reference.erase(Set.back());
        Set.pop_back();
      }
      break;
    case 6: {
      Fired.clear();
      Heap.fire(record);
      for (Sleeper *S : Fired) {
        ASSERT_FALSE(Reference.empty());
        ASSERT_EQ(S->T.When.ns(), (*Reference.begin())->T.When.ns());
        ASSERT_EQ(Reference.erase(S), 1u);
      }
      Set.assign(Reference.begin(), Reference.end());
      break;
    }
    }
    ASSERT_EQ(Heap.next().ns(), Reference.empty()
                                    ? INT64_MAX
                                    : (*Reference.begin())->T.When.ns());
    ASSERT_EQ(Heap.isEmpty(), Reference.empty());
  }
}

TEST_F(TimersTest, FireAndCancelFromSeveralThreads) {
  constexpr int Threads = 4, Each = 20'000;
  static std::atomic<int> NumFired;
  NumFired = 0;
  std::atomic<bool> Stop{false};
  std::thread Firer([&] {
    while (!Stop)
      Heap.fire([](Coroutine &) { ++NumFired; });
  });
  std::vector<std::thread> All;
  for (int T = 0; T < Threads; ++T)
    All.emplace_back([&] {
      for (int I = 0; I < Each; ++I) {
        Sleeper S(I % 2 ? Deadline::at(I) : soon());
        Heap.add(S.T, [](Coroutine &) { ++NumFired; });
        Heap.cancel(S.T); // From here on nobody may touch S.
        EXPECT_FALSE(S.T.IsSet);
      }
    });
  for (std::thread &T : All)
    T.join();
  Stop = true;
  Firer.join();
  EXPECT_TRUE(Heap.isEmpty());
  EXPECT_LE(NumFired, Threads * Each / 2);
}

} // namespace
} // namespace oc
