#include "sys/lock.h"

#include <gtest/gtest.h>

#include <mutex>
#include <thread>
#include <vector>

namespace oc {
namespace {

TEST(Lock, ContendedCounterLosesNothing) {
  constexpr int Threads = 8, Each = 50'000;
  Lock Guard;
  long Counter = 0;
  std::vector<std::thread> All;
  for (int T = 0; T < Threads; ++T)
    All.emplace_back([&] {
      for (int I = 0; I < Each; ++I) {
        std::lock_guard Held(Guard);
        ++Counter;
      }
    });
  for (std::thread &T : All)
    T.join();
  EXPECT_EQ(Counter, long{Threads} * Each);
}

TEST(Lock, EverySleeperIsWoken) {
  constexpr int Threads = 8;
  Lock Guard;
  std::atomic<int> Come{0};
  int Passed = 0;
  std::vector<std::thread> All;
  {
    std::lock_guard Held(Guard);
    for (int T = 0; T < Threads; ++T)
      All.emplace_back([&] {
        ++Come;
        std::lock_guard Inner(Guard);
        ++Passed;
      });
    while (Come < Threads)
      std::this_thread::yield();
  }
  for (std::thread &T : All)
    T.join();
  EXPECT_EQ(Passed, Threads);
}

TEST(Lock, HolderIsInsideTheRuntime) {
  Lock Outer, Inner;
  EXPECT_EQ(insideHere().Depth, 0u);
  {
    std::lock_guard Held(Outer);
    EXPECT_EQ(insideHere().Depth, 1u);
    std::lock_guard HeldToo(Inner);
    EXPECT_EQ(insideHere().Depth, 2u);
  }
  EXPECT_EQ(insideHere().Depth, 0u);
}

TEST(Lock, ResetFreesIt) {
  Lock Guard;
  std::thread([&] { Guard.lock(); }).join();
  Guard.reset();
  std::lock_guard Held(Guard);
}

} // namespace
} // namespace oc
