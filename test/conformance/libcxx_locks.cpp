// REQUIRES: libcxx
// RUN: %clangxx -stdlib=libc++ -std=c++20 %s -o %t && %native %t
// RUN: %open_co_clangxx -stdlib=libc++ -std=c++20 %s -o %t.oc && %run %t.oc
// Intent: every mutex of libc++, and its condition variable: waited for, tried,
// timed, recursive and shared. What the program calls:
// _ZNSt3__111timed_mutex4lockEv
// _ZNSt3__111timed_mutex6unlockEv
// _ZNSt3__111timed_mutex8try_lockEv
// _ZNSt3__115recursive_mutex4lockEv
// _ZNSt3__115recursive_mutex6unlockEv
// _ZNSt3__115recursive_mutex8try_lockEv
// _ZNSt3__118condition_variable10notify_allEv
// _ZNSt3__118condition_variable10notify_oneEv
// _ZNSt3__118condition_variable15__do_timed_waitERNS_11unique_lockINS_5mutexEEENS_6chrono10time_pointINS5_12system_clockENS5_8durationIxNS_5ratioILl1ELl1000000000EEEEEEE
// _ZNSt3__118condition_variable4waitERNS_11unique_lockINS_5mutexEEE
// _ZNSt3__118shared_timed_mutex11lock_sharedEv
// _ZNSt3__118shared_timed_mutex13unlock_sharedEv
// _ZNSt3__118shared_timed_mutex15try_lock_sharedEv
// _ZNSt3__118shared_timed_mutex4lockEv
// _ZNSt3__118shared_timed_mutex6unlockEv
// _ZNSt3__118shared_timed_mutex8try_lockEv
// _ZNSt3__119__shared_mutex_base11lock_sharedEv
// _ZNSt3__119__shared_mutex_base13unlock_sharedEv
// _ZNSt3__119__shared_mutex_base15try_lock_sharedEv
// _ZNSt3__119__shared_mutex_base4lockEv
// _ZNSt3__119__shared_mutex_base6unlockEv
// _ZNSt3__119__shared_mutex_base8try_lockEv
// _ZNSt3__121recursive_timed_mutex4lockEv
// _ZNSt3__121recursive_timed_mutex6unlockEv
// _ZNSt3__121recursive_timed_mutex8try_lockEv
// _ZNSt3__15mutex4lockEv
// _ZNSt3__15mutex6unlockEv
// _ZNSt3__15mutex8try_lockEv
#include "check.h"
#include <chrono>
#include <condition_variable>
#include <latch>
#include <mutex>
#include <shared_mutex>
#include <thread>
#include <vector>

using namespace std::chrono_literals;

enum { Threads = 8, Rounds = 300 };

/// A counter that only one thread at a time may change, also if that yields.
template <typename Mutex> void excludes() {
  Mutex M;
  long Count = 0;
  std::vector<std::thread> All;
  for (int I = 0; I < Threads; ++I)
    All.emplace_back([&] {
      for (int J = 0; J < Rounds; ++J) {
        if (J % 3 == 0)
          while (!M.try_lock())
            std::this_thread::yield();
        else
          M.lock();
        long Old = Count;
        if (J % 16 == 0)
          std::this_thread::yield();
        Count = Old + 1;
        M.unlock();
      }
    });
  for (std::thread &T : All)
    T.join();
  CHECK(Count == Threads * Rounds);
}

/// Whether another thread can take \p M now.
template <typename Mutex> bool othersCan(Mutex &M) {
  bool Can = false;
  std::thread([&] {
    Can = M.try_lock();
    if (Can)
      M.unlock();
  }).join();
  return Can;
}

template <typename Mutex> void recursive() {
  Mutex M;
  M.lock();
  CHECK(M.try_lock());
  M.lock();
  CHECK(!othersCan(M));
  M.unlock();
  M.unlock();
  CHECK(!othersCan(M));
  M.unlock();
  CHECK(othersCan(M));
}

/// Another thread waits for some time, and then for as long as it takes.
template <typename Mutex> void timed() {
  Mutex M;
  std::latch Waits(1);
  M.lock();
  std::thread T([&] {
    long long From = nowMs();
    CHECK(!M.try_lock_for(20ms));
    CHECK(nowMs() - From >= 19);
    CHECK(!M.try_lock_until(std::chrono::system_clock::now() + 5ms));
    Waits.count_down();
    CHECK(M.try_lock_until(std::chrono::steady_clock::now() + 60s));
    M.unlock();
  });
  Waits.wait();
  M.unlock();
  T.join();
}

/// Readers are together in it, a writer is alone.
template <typename Mutex> void shared() {
  Mutex M;
  int Value = 0;
  M.lock_shared();
  CHECK(M.try_lock_shared());
  CHECK(!othersCan(M));
  std::thread Writer([&] {
    std::lock_guard Guard(M);
    Value = 1;
  });
  std::thread Reader([&] {
    M.lock_shared(); // Before the writer, or after it.
    M.unlock_shared();
  });
  std::this_thread::yield();
  CHECK(Value == 0);
  M.unlock_shared();
  CHECK(Value == 0);
  M.unlock_shared();
  Writer.join();
  Reader.join();
  CHECK(Value == 1);
  M.lock();
  std::thread([&] { CHECK(!M.try_lock_shared() && !M.try_lock()); }).join();
  std::thread Waits([&] {
    std::shared_lock Guard(M);
    CHECK(Value == 2);
  });
  Value = 2;
  M.unlock();
  Waits.join();
  excludes<Mutex>();
}

static void conditions() {
  std::mutex M;
  std::condition_variable Cv;
  int Turn = 0;
  std::vector<std::thread> All;
  for (int I = 0; I < Threads; ++I)
    All.emplace_back([&, I] {
      std::unique_lock Guard(M);
      Cv.wait(Guard, [&] { return Turn == I; });
      ++Turn;
      Cv.notify_all();
    });
  for (std::thread &T : All)
    T.join();
  CHECK(Turn == Threads);

  std::unique_lock Guard(M);
  long long From = nowMs();
  auto Never = [] { return false; };
  CHECK(!Cv.wait_for(Guard, 10ms, Never));
  CHECK(!Cv.wait_until(Guard, std::chrono::system_clock::now() + 10ms, Never));
  CHECK(nowMs() - From >= 19);
  CHECK(Guard.owns_lock());
  std::thread One([&] {
    std::lock_guard Inside(M);
    Turn = 0;
    Cv.notify_one();
  });
  Cv.wait(Guard, [&] { return Turn == 0; });
  Guard.unlock();
  One.join();
}

static void all() {
  excludes<std::mutex>();
  excludes<std::recursive_mutex>();
  excludes<std::timed_mutex>();
  excludes<std::recursive_timed_mutex>();
  recursive<std::recursive_mutex>();
  recursive<std::recursive_timed_mutex>();
  timed<std::timed_mutex>();
  timed<std::recursive_timed_mutex>();
  timed<std::shared_timed_mutex>();
  shared<std::shared_mutex>();
  shared<std::shared_timed_mutex>();
  conditions();
}

int main() { everywhere(all); }
