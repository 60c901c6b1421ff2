// RUN: %clangxx -std=c++20 %s -o %t && %native %t
// RUN: %open_co_clangxx -std=c++20 %s -o %t.oc && %run %t.oc
// Intent: std::jthread stops and joins, stop callbacks run where the stop is
// asked for and are waited for, and condition_variable_any waits with any lock,
// with a time, a stop token and a predicate.
#include "check.h"
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <stop_token>
#include <thread>
#include <vector>

using namespace std::chrono_literals;

static void stops() {
  std::atomic<int> Ended{0};
  {
    std::vector<std::jthread> All;
    for (int I = 0; I < 20; ++I)
      All.emplace_back([&](std::stop_token Stop) {
        std::mutex M;
        std::condition_variable_any C;
        std::unique_lock Lock(M);
        CHECK(!C.wait(Lock, Stop, [] { return false; }));
        CHECK(Stop.stop_requested() && Lock.owns_lock());
        ++Ended;
      });
    All[3].request_stop();
    All[3].join();
    CHECK(Ended >= 1);
  } // Asks the others, and joins.
  CHECK(Ended == 20);

  int Turns = 0;
  std::jthread T(
      [](std::stop_token Stop, int *Turns) {
        while (!Stop.stop_requested()) {
          ++*Turns;
          std::this_thread::sleep_for(1ms);
        }
      },
      &Turns);
  std::jthread Moved = std::move(T);
  CHECK(!T.joinable() && Moved.joinable());
  CHECK(Moved.request_stop() && !Moved.request_stop());
}

static void callbacks() {
  std::stop_source Source;
  std::thread::id Ran;
  int Calls = 0;
  std::stop_callback Here(Source.get_token(), [&] {
    Ran = std::this_thread::get_id();
    ++Calls;
  });
  std::thread Asks([&] { CHECK(Source.request_stop()); });
  std::thread::id Id = Asks.get_id();
  Asks.join();
  CHECK(Calls == 1 && Ran == Id);
  std::stop_callback Late(Source.get_token(), [&] { ++Calls; });
  CHECK(Calls == 2); // At once.

  // Destroying a callback that runs elsewhere waits until it has ended.
  for (int I = 0; I < 20; ++I) {
    std::stop_source S;
    std::atomic<int> State{0};
    auto Slow = [&] {
      State = 1;
      std::this_thread::sleep_for(2ms);
      State = 2;
    };
    auto C = std::make_unique<std::stop_callback<decltype(Slow)>>(S.get_token(),
                                                                  Slow);
    std::thread T([&] { S.request_stop(); });
    while (State == 0)
      std::this_thread::yield();
    C.reset();
    CHECK(State == 2);
    T.join();
  }
}

template <typename Mutex, template <typename> class LockType>
static void anyLock() {
  Mutex M;
  std::condition_variable_any C;
  int Turn = 0;
  enum { Threads = 6, Turns = 60 };
  std::vector<std::thread> All;
  for (int I = 0; I < Threads; ++I)
    All.emplace_back([&, I] {
      for (int Mine = I; Mine < Turns; Mine += Threads) {
        std::unique_lock<Mutex> Lock(M);
        while (Turn != Mine)
          C.wait(Lock);
        ++Turn;
        C.notify_all();
      }
    });
  for (auto &T : All)
    T.join();
  CHECK(Turn == Turns);

  LockType<Mutex> Lock(M);
  long long From = nowMs();
  CHECK(C.wait_for(Lock, 20ms) == std::cv_status::timeout);
  CHECK(!C.wait_until(Lock, std::chrono::system_clock::now() + 20ms,
                      [] { return false; }));
  CHECK(nowMs() - From >= 37 && Lock.owns_lock());
}

static void anyStops() {
  std::shared_mutex M;
  std::condition_variable_any C;
  std::stop_source S;
  Gate TimedOut = GATE_INIT;
  std::thread T([&] {
    std::shared_lock Lock(M);
    CHECK(!C.wait_until(Lock, S.get_token(),
                        std::chrono::steady_clock::now() + 20ms,
                        [] { return false; }));
    CHECK(!S.stop_requested());
    post(&TimedOut);
    CHECK(!C.wait_for(Lock, S.get_token(), 24h, [] { return false; }));
    CHECK(S.stop_requested() && Lock.owns_lock());
    bool Ready = true;
    CHECK(C.wait(Lock, S.get_token(), [&] { return Ready; }));
  });
  await(&TimedOut, 1);
  S.request_stop();
  T.join();
  CHECK(M.try_lock());
  M.unlock();
}

int main() {
  everywhere(stops);
  everywhere(callbacks);
  everywhere(anyLock<std::mutex, std::unique_lock>);
  everywhere(anyLock<std::recursive_mutex, std::unique_lock>);
  everywhere(anyLock<std::shared_mutex, std::shared_lock>);
  everywhere(anyStops);
  return 0;
}
