// RUN: %clangxx -std=c++20 %s -o %t && %native %t
// RUN: %open_co_clangxx -std=c++20 %s -o %t.oc && %run %t.oc
// Intent: C++20's semaphores, latches, barriers, atomic waits and jthreads,
// which wait by inline system calls, wait and wake as natively.
#include "check.h"
#include <atomic>
#include <barrier>
#include <chrono>
#include <latch>
#include <semaphore>
#include <thread>
#include <vector>

using namespace std::chrono_literals;
enum { Threads = 8, Rounds = 50 };

static void semaphores() {
  std::counting_semaphore<4> Slots(2);
  std::binary_semaphore Done(0);
  std::atomic<int> Inside{0}, Left{Threads};
  std::vector<std::jthread> All;
  for (int I = 0; I < Threads; ++I)
    All.emplace_back([&] {
      for (int J = 0; J < Rounds; ++J) {
        Slots.acquire();
        CHECK(++Inside <= 2);
        std::this_thread::yield();
        --Inside;
        Slots.release();
      }
      if (--Left == 0)
        Done.release();
    });
  // libstdc++ 12 may wait for a counter to change that has come back to what it
  // was (PR 104928), until somebody else releases.
  while (Left != 0)
    if (Slots.try_acquire())
      Slots.release();
    else
      std::this_thread::yield();
  Done.acquire();
  CHECK(!Done.try_acquire());
  CHECK(!Done.try_acquire_for(10ms));
}

static void latchesAndBarriers() {
  std::latch Start(Threads + 1);
  int Phases = 0;
  std::atomic<int> Sum{0};
  std::barrier Meet(Threads, [&]() noexcept {
    CHECK(Sum.exchange(0) == Threads);
    ++Phases;
  });
  {
    std::vector<std::jthread> All;
    for (int I = 0; I < Threads; ++I)
      All.emplace_back([&] {
        Start.arrive_and_wait();
        for (int J = 0; J < 20; ++J) {
          ++Sum;
          Meet.arrive_and_wait();
        }
      });
    Start.arrive_and_wait();
  }
  CHECK(Phases == 20);
}

static void atomicWait() {
  std::atomic<int> Turn{0};
  std::jthread Other([&] {
    for (int I = 1; I < 2 * Rounds; I += 2) {
      Turn.wait(I - 1);
      CHECK(Turn == I);
      Turn = I + 1;
      Turn.notify_one();
    }
  });
  for (int I = 0; I < 2 * Rounds; I += 2) {
    CHECK(Turn == I);
    Turn = I + 1;
    Turn.notify_one();
    Turn.wait(I + 1);
  }
}

static void stopTokens() {
  std::atomic<int> Loops{0};
  {
    std::jthread T([&](std::stop_token Stop) {
      while (!Stop.stop_requested()) {
        std::this_thread::sleep_for(1ms);
        ++Loops;
      }
    });
    while (Loops < 3)
      std::this_thread::sleep_for(1ms);
  }
  CHECK(Loops >= 3);
}

int main() {
  void (*Bodies[])() = {semaphores, latchesAndBarriers, atomicWait, stopTokens};
  for (auto Body : Bodies) {
    Body();
    inThread(Body);
  }
}
