// RUN: %clangxx %s -o %t && %native %t
// RUN: %open_co_clangxx %s -o %t.oc && %run %t.oc
// Intent: hundreds of threads that throw, catch, nest and rethrow at random
// depths, wait in catch blocks and destructors in every way, run initialisers
// there that throw in turn, and take up what others have thrown.
#include "check.h"
#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

enum { Threads = 200, Rounds = 12, Flags = 8 };

namespace {

std::atomic<int> Alive{0};

/// What is thrown: who threw it, and how deep.
struct Thrown : std::runtime_error {
  int Who, Depth;
  Thrown(int W, int D)
      : std::runtime_error(std::to_string(W) + "/" + std::to_string(D)), Who(W),
        Depth(D) {
    ++Alive;
  }
  Thrown(const Thrown &O) : std::runtime_error(O), Who(O.Who), Depth(O.Depth) {
    ++Alive;
  }
  ~Thrown() override { --Alive; }
  bool isWhole() const {
    return what() == std::to_string(Who) + "/" + std::to_string(Depth);
  }
};

std::mutex Mutex;
std::condition_variable Condition;
unsigned long Turns;
std::exception_ptr Mailbox; // What somebody has thrown, for anybody.

std::once_flag Once[Flags];
std::atomic<int> Tries[Flags];

struct Thread {
  int Id;
  unsigned Seed;

  unsigned random() {
    Seed = Seed * 1103515245 + 12345;
    return Seed >> 16;
  }

  void wait() {
    int P[2];
    char C;
    switch (random() % 5) {
    case 0:
      std::this_thread::yield();
      break;
    case 1:
      std::this_thread::sleep_for(std::chrono::microseconds(random() % 200));
      break;
    case 2: { // Somebody else's turn; the last to wait times out.
      std::unique_lock<std::mutex> Held(Mutex);
      unsigned long Now = ++Turns;
      Condition.notify_all();
      Condition.wait_for(Held, std::chrono::milliseconds(2),
                         [&] { return Turns != Now; });
      break;
    }
    case 3:
      CHECK(pipe(P) == 0 && write(P[1], "x", 1) == 1);
      CHECK(read(P[0], &C, 1) == 1);
      CHECK(close(P[0]) == 0 && close(P[1]) == 0);
      break;
    case 4:
      std::thread([] { std::this_thread::yield(); }).join();
      break;
    }
  }

  /// An initialiser that fails for the first who try.
  void initialise() {
    unsigned I = random() % Flags;
    int Before = std::uncaught_exceptions();
    try {
      std::call_once(Once[I], [&] {
        wait();
        if (++Tries[I] < 5)
          throw Thrown(Id, -1);
      });
      CHECK(Tries[I] == 5);
    } catch (const Thrown &E) {
      CHECK(E.Who == Id && E.Depth == -1);
    }
    CHECK(std::uncaught_exceptions() == Before);
  }

  struct WaitsWhenUnwound {
    Thread &T;
    int Before = std::uncaught_exceptions();
    ~WaitsWhenUnwound() {
      CHECK(std::uncaught_exceptions() == Before + 1);
      T.wait();
      if (T.random() % 4 == 0)
        T.initialise();
      CHECK(std::uncaught_exceptions() == Before + 1);
    }
  };

  void exchange() {
    std::exception_ptr Mine = std::current_exception();
    {
      std::lock_guard<std::mutex> Held(Mutex);
      std::swap(Mine, Mailbox);
    }
    if (!Mine)
      return;
    try {
      std::rethrow_exception(Mine);
    } catch (const Thrown &E) {
      wait();
      CHECK(E.isWhole());
    }
  }

  void dive(int Depth) {
    WaitsWhenUnwound Guard{*this};
    if (Depth == 0)
      throw Thrown(Id, 0);
    try {
      dive(Depth - 1);
    } catch (const Thrown &E) {
      std::exception_ptr Here = std::current_exception();
      CHECK(E.Who == Id && E.isWhole());
      wait();
      if (random() % 3 == 0)
        exchange();
      CHECK(std::current_exception() == Here && E.isWhole());
      if (random() % 2)
        throw;
      throw Thrown(Id, Depth);
    }
  }

  void run() {
    for (int I = 0; I < Rounds; ++I) {
      try {
        dive(static_cast<int>(random() % 6));
        CHECK(!"it throws");
      } catch (const Thrown &E) {
        wait();
        CHECK(E.Who == Id && E.isWhole());
      }
      CHECK(!std::current_exception() && std::uncaught_exceptions() == 0);
    }
  }
};

void all() {
  std::vector<std::thread> All;
  for (int I = 0; I < Threads; ++I)
    All.emplace_back([I] { Thread{I, 2654435761u * unsigned(I + 1)}.run(); });
  for (auto &T : All)
    T.join();
  Mailbox = nullptr;
  CHECK(Alive == 0);
}

} // namespace

int main() {
  all();
  inThread(all);
}
