// RUN: %clangxx %s -o %t && %native %t
// RUN: %open_co_clangxx %s -o %t.oc && %run %t.oc
// Intent: an exception_ptr goes from thread to thread: it is rethrown in many
// at once, nested in others, outlives the thread that threw it, and is freed
// once.
#include "check.h"
#include <atomic>
#include <chrono>
#include <exception>
#include <future>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

enum { Threads = 12, Rounds = 20 };

static std::atomic<int> Alive{0};

struct Counted : std::runtime_error {
  explicit Counted(const std::string &S) : std::runtime_error(S) { ++Alive; }
  Counted(const Counted &O) : std::runtime_error(O) { ++Alive; }
  ~Counted() override { --Alive; }
};

static void pause(int I) {
  if (I % 3 == 0)
    std::this_thread::yield();
  else if (I % 3 == 1)
    std::this_thread::sleep_for(std::chrono::microseconds(50));
}

/// All rethrow the same object, and wait while they handle it.
static void shared() {
  std::exception_ptr P;
  std::thread([&] {
    try {
      throw Counted("from a thread that has ended");
    } catch (...) {
      P = std::current_exception();
    }
  }).join();
  CHECK(P && Alive == 1);
  std::vector<std::thread> All;
  const void *Object = nullptr;
  std::mutex M;
  for (int T = 0; T < Threads; ++T)
    All.emplace_back([&, T] {
      for (int I = 0; I < Rounds; ++I)
        try {
          CHECK(std::uncaught_exceptions() == 0);
          std::rethrow_exception(P);
        } catch (const Counted &E) {
          pause(I + T);
          CHECK(std::string(E.what()) == "from a thread that has ended");
          std::lock_guard<std::mutex> Held(M);
          CHECK(!Object || Object == &E);
          Object = &E;
          CHECK(std::current_exception() == P);
          CHECK(std::uncaught_exceptions() == 0);
        }
    });
  for (auto &T : All)
    T.join();
  P = nullptr;
  CHECK(Alive == 0);
}

/// From hand to hand, a level deeper in each thread.
static std::exception_ptr wrap(std::exception_ptr P, int Level) {
  std::promise<std::exception_ptr> Result;
  std::thread([&] {
    try {
      try {
        std::rethrow_exception(P);
      } catch (...) {
        pause(Level);
        std::throw_with_nested(Counted(std::to_string(Level)));
      }
    } catch (...) {
      pause(Level + 1);
      Result.set_value(std::current_exception());
    }
  }).join();
  return Result.get_future().get();
}

static int depth(const std::exception &E) {
  try {
    std::rethrow_if_nested(E);
    return 0;
  } catch (const std::exception &Inner) {
    std::this_thread::yield();
    return 1 + depth(Inner);
  }
}

static void nested() {
  std::exception_ptr P = std::make_exception_ptr(Counted("innermost"));
  for (int I = 0; I < 10; ++I)
    P = wrap(P, I);
  try {
    std::rethrow_exception(P);
  } catch (const Counted &E) {
    CHECK(E.what() == std::string("9") && depth(E) == 10 && Alive == 11);
  }
  P = nullptr;
  CHECK(Alive == 0);
}

/// Destructors that run while an exception passes hand another one on.
static void whileUnwinding() {
  struct HandsOn {
    std::promise<int> &To;
    ~HandsOn() {
      CHECK(std::uncaught_exceptions() == 1);
      try {
        throw Counted("second");
      } catch (...) {
        std::this_thread::yield();
        CHECK(std::uncaught_exceptions() == 1);
        To.set_exception(std::current_exception());
      }
    }
  };
  for (int I = 0; I < Rounds; ++I) {
    std::promise<int> P;
    std::future<int> F = P.get_future();
    std::thread T([&] {
      try {
        HandsOn H{P};
        throw Counted("first");
      } catch (const Counted &E) {
        CHECK(E.what() == std::string("first"));
      }
    });
    try {
      F.get();
      CHECK(!"it holds an exception");
    } catch (const Counted &E) {
      CHECK(E.what() == std::string("second"));
    }
    T.join();
  }
  CHECK(Alive == 0);
}

/// Tasks pass on what they throw; a result may be waited for by several.
static void tasks() {
  std::packaged_task<int(int)> Task([](int V) -> int {
    std::this_thread::yield();
    throw Counted(std::to_string(V));
  });
  std::shared_future<int> F = Task.get_future().share();
  std::vector<std::thread> All;
  for (int I = 0; I < Threads; ++I)
    All.emplace_back([F] {
      try {
        F.get();
        CHECK(!"it holds an exception");
      } catch (const Counted &E) {
        CHECK(E.what() == std::string("7"));
      }
    });
  std::thread(std::ref(Task), 7).join();
  for (auto &T : All)
    T.join();
  F = {};
  Task.reset();
  CHECK(Task.get_future().wait_for(std::chrono::seconds(0)) ==
        std::future_status::timeout);
  std::packaged_task<int()> AtExit([] { return 5; });
  std::future<int> Value = AtExit.get_future();
  std::thread(std::move(AtExit)).join();
  CHECK(Value.get() == 5);
}

static void all() {
  shared();
  nested();
  whileUnwinding();
  tasks();
  CHECK(Alive == 0);
}

int main() {
  all();
  inThread(all);
  return 0;
}
