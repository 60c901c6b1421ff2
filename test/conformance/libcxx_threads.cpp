// REQUIRES: libcxx
// RUN: %clangxx -stdlib=libc++ -std=c++20 %s -o %t && %native %t
// RUN: %open_co_clangxx -stdlib=libc++ -std=c++20 %s -o %t.oc && %run %t.oc
// Intent: libc++'s threads, call_once, waits for atomic objects and what is
// built on them. What the program calls:
// _ZNSt3__111__call_onceERVmPvPFvS2_E
// _ZNSt3__111this_thread9sleep_forERKNS_6chrono8durationIxNS_5ratioILl1ELl1000000000EEEEE
// _ZNSt3__119__thread_local_dataEv
// _ZNSt3__120__libcpp_atomic_waitEPVKNS_17__cxx_atomic_implIiNS_22__cxx_atomic_base_implIiEEEEi
// _ZNSt3__120__libcpp_atomic_waitEPVKvi
// _ZNSt3__123__cxx_atomic_notify_allEPVKNS_17__cxx_atomic_implIiNS_22__cxx_atomic_base_implIiEEEE
// _ZNSt3__123__cxx_atomic_notify_allEPVKv
// _ZNSt3__123__cxx_atomic_notify_oneEPVKNS_17__cxx_atomic_implIiNS_22__cxx_atomic_base_implIiEEEE
// _ZNSt3__123__cxx_atomic_notify_oneEPVKv
// _ZNSt3__123__libcpp_atomic_monitorEPVKNS_17__cxx_atomic_implIiNS_22__cxx_atomic_base_implIiEEEE
// _ZNSt3__123__libcpp_atomic_monitorEPVKv
// _ZNSt3__125notify_all_at_thread_exitERNS_18condition_variableENS_11unique_lockINS_5mutexEEE
// _ZNSt3__16thread4joinEv
// _ZNSt3__16thread6detachEv
#include "check.h"
#include <atomic>
#include <barrier>
#include <chrono>
#include <condition_variable>
#include <latch>
#include <mutex>
#include <semaphore>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <vector>

using namespace std::chrono_literals;

static void threads() {
  std::thread None;
  try {
    None.join();
    CHECK(false);
  } catch (const std::system_error &E) {
    CHECK(E.code() == std::errc::invalid_argument);
  }
  std::thread Detached;
  std::latch Ended(1);
  Detached = std::thread([&] { Ended.count_down(); });
  CHECK(Detached.get_id() != std::this_thread::get_id());
  Detached.detach();
  CHECK(!Detached.joinable());
  Ended.wait();

  long long From = nowMs();
  std::thread([] { std::this_thread::sleep_for(20ms); }).join();
  CHECK(nowMs() - From >= 19);
  std::this_thread::sleep_for(-1s);
}

static thread_local struct Local {
  bool *Gone = nullptr;
  ~Local() {
    if (Gone)
      *Gone = true;
  }
} AtEnd;

static void notification() {
  std::mutex M;
  std::condition_variable Cv;
  bool Gone = false, Done = false;
  std::thread T([&] {
    AtEnd.Gone = &Gone;
    std::unique_lock Guard(M);
    Done = true;
    std::notify_all_at_thread_exit(Cv, std::move(Guard));
    CHECK(!Gone); // The lock is held until the end.
  });
  std::unique_lock Guard(M);
  Cv.wait(Guard, [&] { return Done; });
  CHECK(Gone);
  Guard.unlock();
  T.join();
}

/// The first initialiser waits and throws, while others wait for it.
static void once() {
  std::once_flag Flag;
  std::atomic<int> Begun{0}, Caught{0};
  std::vector<std::thread> All;
  for (int I = 0; I < 8; ++I)
    All.emplace_back([&] {
      try {
        std::call_once(Flag, [&] {
          int Which = ++Begun;
          std::this_thread::sleep_for(2ms);
          if (Which == 1)
            throw std::runtime_error("first");
        });
        CHECK(Begun == 2);
      } catch (const std::runtime_error &) {
        ++Caught;
      }
    });
  for (std::thread &T : All)
    T.join();
  CHECK(Begun == 2 && Caught == 1);
}

/// Two threads take turns by waiting for an object to change.
template <typename T> void turns() {
  enum { Rounds = 200 };
  std::atomic<T> Turn{T(0)};
  std::thread Other([&] {
    for (int I = 0; I < Rounds; ++I) {
      Turn.wait(T(0));
      CHECK(Turn.exchange(T(0)) == T(1));
      Turn.notify_one();
    }
  });
  for (int I = 0; I < Rounds; ++I) {
    CHECK(Turn.exchange(T(1)) == T(0));
    Turn.notify_all();
    Turn.wait(T(1));
  }
  Other.join();
}

/// Longer than libc++ spins: the waiters are parked.
template <typename T> void crowd() {
  std::atomic<T> Open{T(0)};
  std::atomic<int> Ready{0}, Passed{0};
  std::vector<std::thread> All;
  for (int I = 0; I < 50; ++I)
    All.emplace_back([&] {
      ++Ready;
      Open.wait(T(0));
      ++Passed;
    });
  while (Ready < 50)
    std::this_thread::yield();
  std::this_thread::sleep_for(5ms);
  CHECK(Passed == 0);
  Open = T(1);
  Open.notify_all();
  for (std::thread &One : All)
    One.join();
  CHECK(Passed == 50);
}

static void synchronisers() {
  enum { Threads = 5, Phases = 20 };
  std::counting_semaphore<Threads> Items(0);
  std::latch Begun(Threads);
  int Phase = 0;
  auto Next = [&]() noexcept { ++Phase; };
  std::barrier<decltype(Next)> Together(Threads, Next);
  std::vector<std::thread> All;
  for (int I = 0; I < Threads; ++I)
    All.emplace_back([&] {
      Begun.arrive_and_wait();
      for (int P = 0; P < Phases; ++P) {
        CHECK(Phase == P);
        Together.arrive_and_wait();
      }
      Items.release();
    });
  for (int I = 0; I < Threads; ++I)
    Items.acquire();
  for (std::thread &T : All)
    T.join();
  CHECK(Phase == Phases);
  CHECK(!Items.try_acquire() && !Items.try_acquire_for(5ms));
}

static void all() {
  threads();
  notification();
  once();
  turns<int>();
  turns<char>();
  turns<long>();
  crowd<int>();
  crowd<short>();
  synchronisers();
}

int main() {
  inThread(all);
  inThreads(4, all);
  all();
}
