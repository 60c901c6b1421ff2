// REQUIRES: libcxx
// RUN: %clangxx -stdlib=libc++ -std=c++20 %s -o %t && %native %t
// RUN: %open_co_clangxx -stdlib=libc++ -std=c++20 %s -o %t.oc && %run %t.oc
// Intent: promises and futures of libc++: of a type, a reference and void, with
// values and exceptions, now and at thread exit, broken, deferred and shared.
// What the program calls:
// _ZNSt3__115__thread_struct27__make_ready_at_thread_exitEPNS_17__assoc_sub_stateE
// _ZNSt3__117__assoc_sub_state10__sub_waitERNS_11unique_lockINS_5mutexEEE
// _ZNSt3__117__assoc_sub_state12__make_readyEv
// _ZNSt3__117__assoc_sub_state13set_exceptionESt13exception_ptr
// _ZNSt3__117__assoc_sub_state24set_value_at_thread_exitEv
// _ZNSt3__117__assoc_sub_state28set_exception_at_thread_exitESt13exception_ptr
// _ZNSt3__117__assoc_sub_state4copyEv
// _ZNSt3__117__assoc_sub_state4waitEv
// _ZNSt3__117__assoc_sub_state9set_valueEv
// _ZNSt3__16futureIvE3getEv
// _ZNSt3__17promiseIvE13set_exceptionESt13exception_ptr
// _ZNSt3__17promiseIvE24set_value_at_thread_exitEv
// _ZNSt3__17promiseIvE28set_exception_at_thread_exitESt13exception_ptr
// _ZNSt3__17promiseIvE9set_valueEv
// _ZNSt3__17promiseIvED1Ev
// _ZNSt3__17promiseIvED2Ev
#include "check.h"
#include <chrono>
#include <future>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace std::chrono_literals;

template <typename Callable> bool failsWith(std::future_errc Code, Callable F) {
  try {
    F();
  } catch (const std::future_error &E) {
    return E.code() == Code;
  }
  return false;
}

template <typename Callable> bool throwsText(const char *Text, Callable F) {
  try {
    F();
  } catch (const std::runtime_error &E) {
    return E.what() == std::string(Text);
  }
  return false;
}

static std::exception_ptr failure(const char *Text) {
  return std::make_exception_ptr(std::runtime_error(Text));
}

static thread_local struct Local {
  bool *Gone = nullptr;
  ~Local() {
    if (Gone)
      *Gone = true;
  }
} AtEnd;

/// \p Fulfil sets a promise; here another thread waits for it first.
template <typename T, typename Callable>
void awaited(Callable Fulfil, bool Throws) {
  std::promise<T> P;
  std::shared_future<T> F = P.get_future().share();
  std::vector<std::thread> Waiting;
  for (int I = 0; I < 3; ++I)
    Waiting.emplace_back([F, Throws, I] {
      if (I == 0)
        F.wait();
      if (I == 1)
        CHECK(F.wait_for(60s) == std::future_status::ready);
      if (Throws)
        CHECK(throwsText("no", [&] { F.get(); }));
      else
        F.get();
    });
  std::thread By([&] { Fulfil(P); });
  for (std::thread &W : Waiting)
    W.join();
  By.join();
  // The second time it throws.
  CHECK(failsWith(std::future_errc::promise_already_satisfied,
                  [&] { Fulfil(P); }));
  CHECK(failsWith(std::future_errc::promise_already_satisfied,
                  [&] { P.set_exception(failure("again")); }));
}

static void values() {
  static int Object;
  awaited<int>([](auto &P) { P.set_value(3); }, false);
  awaited<std::string>([](auto &P) { P.set_value("text"); }, false);
  awaited<int &>([](auto &P) { P.set_value(Object); }, false);
  awaited<void>([](auto &P) { P.set_value(); }, false);
  awaited<int>([](auto &P) { P.set_exception(failure("no")); }, true);
  awaited<void>([](auto &P) { P.set_exception(failure("no")); }, true);
}

/// \p Fulfil does so at the exit of a thread: after its locals are gone.
template <typename T, typename Callable> void atExit(Callable Fulfil) {
  std::promise<T> P;
  std::future<T> F = P.get_future();
  bool Gone = false;
  std::thread By([&] {
    AtEnd.Gone = &Gone;
    Fulfil(P);
    CHECK(F.wait_for(0s) == std::future_status::timeout);
    CHECK(failsWith(std::future_errc::promise_already_satisfied,
                    [&] { Fulfil(P); }));
  });
  F.wait();
  CHECK(Gone);
  try {
    F.get();
  } catch (const std::runtime_error &E) {
    CHECK(E.what() == std::string("no"));
  }
  By.join();
}

static void atThreadExit() {
  auto Exception = [](auto &P) {
    P.set_exception_at_thread_exit(failure("no"));
  };
  atExit<int>([](auto &P) { P.set_value_at_thread_exit(1); });
  atExit<void>([](auto &P) { P.set_value_at_thread_exit(); });
  atExit<int>(Exception);
  atExit<void>(Exception);
  bool Gone = false;
  std::packaged_task<int()> Task([&] {
    AtEnd.Gone = &Gone;
    return 5;
  });
  std::future<int> F = Task.get_future();
  std::thread By([&] { Task.make_ready_at_thread_exit(); });
  CHECK(F.get() == 5 && Gone);
  By.join();
}

template <typename T> void broken() {
  std::future<T> F;
  std::thread By([&] {
    std::promise<T> P;
    F = P.get_future();
    std::thread([Moved = std::move(P)]() mutable {}).join();
  });
  By.join();
  CHECK(failsWith(std::future_errc::broken_promise, [&] { F.get(); }));

  // While another waits.
  auto *P = new std::promise<T>;
  std::future<T> Second = P->get_future();
  CHECK(failsWith(std::future_errc::future_already_retrieved,
                  [&] { P->get_future(); }));
  std::thread Waits([&] {
    CHECK(failsWith(std::future_errc::broken_promise, [&] { Second.get(); }));
  });
  std::this_thread::yield();
  delete P;
  Waits.join();
  std::promise<T> None = std::move(*std::make_unique<std::promise<T>>());
  std::promise<T> Empty(std::move(None));
  CHECK(failsWith(std::future_errc::no_state,
                  [&] { None.set_exception(failure("")); }));
}

static void tasks() {
  int Ran = 0;
  auto Deferred = std::async(std::launch::deferred, [&] { return ++Ran; });
  CHECK(Deferred.wait_for(0s) == std::future_status::deferred);
  CHECK(Ran == 0 && Deferred.get() == 1);
  auto Nothing = std::async(std::launch::deferred, [&] { ++Ran; });
  Nothing.wait();
  CHECK(Ran == 2);
  auto Fails = std::async(std::launch::deferred,
                          [&] { throw std::runtime_error("late"); });
  CHECK(throwsText("late", [&] { Fails.get(); }));

  std::vector<std::future<int>> All;
  for (int I = 0; I < 20; ++I)
    All.push_back(std::async(std::launch::async, [I] {
      std::this_thread::sleep_for(1ms);
      return I;
    }));
  for (int I = 0; I < 20; ++I)
    CHECK(All[I].get() == I);
  std::packaged_task<int(int)> Double([](int I) { return 2 * I; });
  auto F = Double.get_future();
  std::thread(std::move(Double), 21).join();
  CHECK(F.get() == 42);
}

static void all() {
  values();
  atThreadExit();
  broken<int>();
  broken<void>();
  tasks();
}

int main() {
  inThread(all);
  inThreads(4, all);
  all();
}
