// RUN: %clangxx %s -o %t && %native %t
// RUN: %open_co_clangxx %s -o %t.oc && %run %t.oc
// Intent: futures, promises, packaged tasks and async hand over values and
// exceptions, wait and time out:
// _ZNSt28__atomic_futex_unsigned_base19_M_futex_notify_allEPj,
// _ZNSt28__atomic_futex_unsigned_base19_M_futex_wait_untilEPjjbNSt6chrono8durationIlSt5ratioILl1ELl1EEEENS2_IlS3_ILl1ELl1000000000EEEE
// and
// _ZNSt28__atomic_futex_unsigned_base26_M_futex_wait_until_steadyEPjjbNSt6chrono8durationIlSt5ratioILl1ELl1EEEENS2_IlS3_ILl1ELl1000000000EEEE.
#include "check.h"
#include <atomic>
#include <chrono>
#include <future>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace std::chrono_literals;

static void futures() {
  std::promise<std::string> P;
  std::future<std::string> F = P.get_future();
  CHECK(F.wait_for(0s) == std::future_status::timeout);
  long long From = nowMs();
  CHECK(F.wait_for(20ms) == std::future_status::timeout);
  CHECK(nowMs() - From >= 19);
  CHECK(F.wait_until(std::chrono::system_clock::now() + 10ms) ==
        std::future_status::timeout);
  CHECK(F.wait_until(std::chrono::steady_clock::now() + 10ms) ==
        std::future_status::timeout);
  std::thread T([&] {
    std::this_thread::sleep_for(10ms);
    P.set_value("value");
  });
  CHECK(F.wait_for(50s) == std::future_status::ready);
  CHECK(F.get() == "value");
  T.join();

  auto A = std::async(std::launch::async, [] {
    std::this_thread::sleep_for(5ms);
    return 6 * 7;
  });
  auto D = std::async(std::launch::deferred,
                      [] { return std::this_thread::get_id(); });
  CHECK(A.get() == 42 && D.get() == std::this_thread::get_id());

  auto Throwing = std::async(std::launch::async, []() -> int {
    std::this_thread::sleep_for(5ms);
    throw std::runtime_error("thrown there");
  });
  try {
    Throwing.get();
    CHECK(!"no exception");
  } catch (const std::runtime_error &E) {
    CHECK(std::string(E.what()) == "thrown there");
  }
  std::future<int> Broken;
  {
    Broken = std::promise<int>().get_future();
  }
  try {
    Broken.get();
    CHECK(!"no exception");
  } catch (const std::future_error &E) {
    CHECK(E.code() == std::future_errc::broken_promise);
  }

  std::packaged_task<int(int)> Task([](int X) { return X + 1; });
  auto Result = Task.get_future();
  std::thread Runner(std::move(Task), 8);
  CHECK(Result.get() == 9);
  Runner.join();
}

/// Many wait for one.
static void shared() {
  std::promise<int> P;
  std::shared_future<int> F = P.get_future().share();
  std::vector<std::thread> Threads;
  std::atomic<int> Total{0};
  for (int I = 0; I < 20; ++I)
    Threads.emplace_back([&, F] { Total += F.get(); });
  P.set_value(5);
  for (auto &T : Threads)
    T.join();
  CHECK(Total == 100);
}

int main() {
  everywhere(futures);
  everywhere(shared);
}
