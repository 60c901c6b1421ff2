// RUN: %clangxx %s -o %t && %native %t
// RUN: %open_co_clangxx %s -o %t.oc && %run %t.oc
// Intent: a function-local static is initialised once, others wait for it even
// if the initialiser sleeps, and one that throws is tried again. These are
// __cxa_guard_acquire, __cxa_guard_release and __cxa_guard_abort.
#include "check.h"
#include <chrono>
#include <mutex>
#include <thread>
#include <vector>

static int Made, Tries;

struct Slow {
  int Value;
  explicit Slow(int V) : Value(0) {
    ++Made;
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    Value = V;
  }
};

static Slow &slow(int V) {
  static Slow S(V);
  return S;
}

struct Inner {
  int Value = slow(-1).Value; // Waits for another guard within its own.
};
static Inner &inner() {
  static Inner I;
  return I;
}

struct Failing {
  Failing() {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    if (++Tries <= 3)
      throw 7;
  }
};

static bool tryFailing() {
  try {
    static Failing F;
    return true;
  } catch (int) {
    return false;
  }
}

template <typename Fn> static void runMany(Fn Body) {
  std::vector<std::thread> Threads;
  for (int I = 0; I < 20; ++I)
    Threads.emplace_back(Body, I);
  for (auto &T : Threads)
    T.join();
}

int main() {
  int First = 0;
  std::mutex M;
  runMany([&](int I) {
    int Value = slow(I + 1).Value;
    CHECK(Value != 0);
    CHECK(inner().Value == Value);
    std::lock_guard<std::mutex> Guard(M);
    CHECK(First == 0 || First == Value);
    First = Value;
  });
  CHECK(Made == 1 && First != 0);
  CHECK(slow(99).Value == First);

  int Failed = 0;
  runMany([&](int) {
    if (!tryFailing()) {
      std::lock_guard<std::mutex> Guard(M);
      ++Failed;
    }
  });
  CHECK(Failed == 3 && Tries == 4);
}
