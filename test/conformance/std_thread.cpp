// RUN: %clangxx %s -o %t && %native %t
// RUN: %open_co_clangxx %s -o %t.oc && %run %t.oc
// Intent: std::thread, std::mutex, std::condition_variable and sleeping work
// as the standard says:
// _ZNSt6thread15_M_start_threadESt10unique_ptrINS_6_StateESt14default_deleteIS1_EEPFvvE,
// _ZNSt6thread4joinEv, _ZNSt6thread6detachEv,
// _ZNSt6thread20hardware_concurrencyEv,
// _ZNSt18condition_variable10notify_allEv,
// _ZNSt18condition_variable10notify_oneEv,
// _ZNSt18condition_variable4waitERSt11unique_lockISt5mutexE and
// _ZNSt11this_thread11__sleep_forENSt6chrono8durationIlSt5ratioILl1ELl1EEEENS1_IlS2_ILl1ELl1000000000EEEE.
#include "check.h"
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

using namespace std::chrono_literals;

static void values() {
  std::string Result;
  auto Owned = std::make_unique<int>(5);
  std::thread T([&Result](std::unique_ptr<int> P,
                          std::string S) { Result = S + std::to_string(*P); },
                std::move(Owned), "five ");
  CHECK(T.joinable() && T.get_id() != std::this_thread::get_id());
  T.join();
  CHECK(!T.joinable() && Result == "five 5");
  try {
    T.join();
    CHECK(!"joined twice");
  } catch (const std::system_error &E) {
    CHECK(E.code() == std::errc::invalid_argument);
  }
  std::thread::id Inner;
  std::thread U([&] { Inner = std::this_thread::get_id(); });
  std::thread::id Outer = U.get_id();
  U.join();
  CHECK(Inner == Outer);
  CHECK(std::thread::hardware_concurrency() >= 1);
}

static void detaches() {
  struct State {
    std::mutex M;
    std::condition_variable Cv;
    bool Done = false;
  };
  auto S = std::make_shared<State>();
  std::thread T([S] {
    std::this_thread::sleep_for(5ms);
    std::lock_guard<std::mutex> Guard(S->M);
    S->Done = true;
    S->Cv.notify_one();
  });
  T.detach();
  CHECK(!T.joinable());
  std::unique_lock<std::mutex> Guard(S->M);
  S->Cv.wait(Guard, [&] { return S->Done; });
}

static void counter() {
  std::mutex M;
  long Count = 0;
  std::vector<std::thread> Threads;
  for (int I = 0; I < 20; ++I)
    Threads.emplace_back([&] {
      for (int J = 0; J < 200; ++J) {
        std::lock_guard<std::mutex> Guard(M);
        long Seen = Count;
        if (J % 16 == 0)
          std::this_thread::yield();
        Count = Seen + 1;
      }
    });
  for (auto &T : Threads)
    T.join();
  CHECK(Count == 4000);
}

static void conditions() {
  std::mutex M;
  std::condition_variable Cv;
  int Waiting = 0, Woken = 0;
  bool Go = false;
  std::vector<std::thread> Threads;
  for (int I = 0; I < 10; ++I)
    Threads.emplace_back([&] {
      std::unique_lock<std::mutex> Guard(M);
      ++Waiting;
      Cv.notify_all();
      Cv.wait(Guard, [&] { return Go; });
      ++Woken;
    });
  {
    std::unique_lock<std::mutex> Guard(M);
    Cv.wait(Guard, [&] { return Waiting == 10; });
    Go = true;
    Cv.notify_all();
  }
  for (auto &T : Threads)
    T.join();
  CHECK(Woken == 10);

  std::unique_lock<std::mutex> Guard(M);
  long long From = nowMs();
  CHECK(!Cv.wait_for(Guard, 20ms, [] { return false; }));
  CHECK(nowMs() - From >= 19);
  CHECK(!Cv.wait_until(Guard, std::chrono::system_clock::now() + 20ms,
                       [] { return false; }));
  CHECK(nowMs() - From >= 38);
  bool Set = false;
  std::thread T([&] {
    std::this_thread::sleep_for(10ms);
    std::lock_guard<std::mutex> Inner(M);
    Set = true;
    Cv.notify_one();
  });
  CHECK(Cv.wait_for(Guard, 50s, [&] { return Set; }));
  Guard.unlock();
  T.join();
}

static void locks() {
  std::timed_mutex Timed;
  std::recursive_mutex Recursive;
  std::shared_mutex Shared;
  std::unique_lock<std::timed_mutex> Held(Timed);
  std::unique_lock<std::recursive_mutex> A(Recursive), B(Recursive);
  std::thread([&] {
    CHECK(!Timed.try_lock());
    long long From = nowMs();
    CHECK(!Timed.try_lock_for(20ms) && nowMs() - From >= 19);
    CHECK(!Recursive.try_lock());
    std::shared_lock<std::shared_mutex> Reader(Shared);
    CHECK(!Shared.try_lock());
  }).join();
}

static void sleeps() {
  long long From = nowMs();
  std::this_thread::sleep_for(20ms);
  CHECK(nowMs() - From >= 19);
  auto Until = std::chrono::steady_clock::now() + 20ms;
  std::this_thread::sleep_until(Until);
  CHECK(std::chrono::steady_clock::now() >= Until);
  std::this_thread::sleep_for(-5s);
  std::this_thread::sleep_for(1ns);
}

int main() {
  everywhere(values);
  everywhere(detaches);
  everywhere(counter);
  everywhere(conditions);
  everywhere(locks);
  everywhere(sleeps);
}
