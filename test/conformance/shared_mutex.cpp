// RUN: %clangxx %s -o %t && %native %t
// RUN: %open_co_clangxx %s -o %t.oc && %run %t.oc
// Intent: std::shared_mutex and std::shared_timed_mutex: readers together, a
// writer alone, tries and times; waiting suspends the coroutine only.
#include "check.h"
#include <chrono>
#include <mutex>
#include <shared_mutex>
#include <thread>
#include <vector>

using namespace std::chrono_literals;

template <typename Mutex> static void excludes() {
  Mutex M;
  long A = 0, B = 0;
  std::vector<std::thread> All;
  for (int I = 0; I < 12; ++I)
    All.emplace_back([&, I] {
      for (int Turn = 0; Turn < 100; ++Turn) {
        if (I % 3) {
          std::shared_lock<Mutex> Reader(M);
          long Seen = A;
          std::this_thread::yield();
          CHECK(A == Seen && B == Seen);
        } else {
          std::unique_lock<Mutex> Writer(M);
          ++A;
          std::this_thread::yield();
          ++B;
        }
      }
    });
  for (std::thread &T : All)
    T.join();
  CHECK(A == 400 && B == 400);

  std::shared_lock<Mutex> Reader(M);
  std::thread([&] {
    CHECK(M.try_lock_shared());
    M.unlock_shared();
    CHECK(!M.try_lock());
  }).join();
  Reader.unlock();
  std::unique_lock<Mutex> Writer(M);
  std::thread([&] { CHECK(!M.try_lock_shared() && !M.try_lock()); }).join();
}

static void times() {
  std::shared_timed_mutex M;
  std::unique_lock<std::shared_timed_mutex> Writer(M);
  std::thread([&] {
    CHECK(!M.try_lock_for(10ms));
    CHECK(!M.try_lock_shared_for(10ms));
    auto Until = std::chrono::steady_clock::now() + 10ms;
    CHECK(!M.try_lock_until(Until) &&
          std::chrono::steady_clock::now() >= Until);
    CHECK(!M.try_lock_shared_until(std::chrono::system_clock::now() + 10ms));
  }).join();
  // It comes free while others wait for it.
  std::thread Late([&] {
    CHECK(M.try_lock_for(60s));
    M.unlock();
  });
  std::thread LateReader([&] {
    CHECK(M.try_lock_shared_until(std::chrono::steady_clock::now() + 60s));
    M.unlock_shared();
  });
  std::this_thread::sleep_for(5ms);
  Writer.unlock();
  Late.join();
  LateReader.join();
}

/// Far more readers wait than OS threads could.
static void many() {
  std::shared_mutex M;
  std::unique_lock<std::shared_mutex> Writer(M);
  std::vector<std::thread> All;
  int Out = 0;
  std::mutex Count;
  for (int I = 0; I < 500; ++I)
    All.emplace_back([&] {
      std::shared_lock<std::shared_mutex> Reader(M);
      std::lock_guard<std::mutex> Held(Count);
      ++Out;
    });
  Writer.unlock();
  for (std::thread &T : All)
    T.join();
  CHECK(Out == 500);
}

int main() {
  everywhere(excludes<std::shared_mutex>);
  everywhere(excludes<std::shared_timed_mutex>);
  everywhere(times);
  many();
  inThread(many);
  return 0;
}
