// RUN: %clangxx %s -o %t && %native %t
// RUN: %open_co_clangxx %s -o %t.oc && %run %t.oc
// Intent: exceptions belong to the thread that handles them, however it blocks
// inside catch blocks and destructors while others throw and catch.
#include "check.h"
#include <chrono>
#include <exception>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

enum { Threads = 16, Rounds = 20 };

/// Gives other threads the time to throw.
static void block() {
  int P[2];
  char C;
  CHECK(pipe(P) == 0);
  std::thread T([&] { CHECK(write(P[1], "x", 1) == 1); });
  CHECK(read(P[0], &C, 1) == 1);
  T.join();
  CHECK(close(P[0]) == 0 && close(P[1]) == 0);
}

struct BlocksWhenUnwound {
  int Expected;
  ~BlocksWhenUnwound() {
    CHECK(std::uncaught_exceptions() == Expected);
    block();
    CHECK(std::uncaught_exceptions() == Expected);
    if (Expected == 1)
      try { // An exception within unwinding.
        BlocksWhenUnwound Inner{2};
        throw 5;
      } catch (int V) {
        CHECK(V == 5);
      }
    CHECK(std::uncaught_exceptions() == Expected);
  }
};

static void throwAndCatch(int Id) {
  for (int I = 0; I < Rounds; ++I) {
    std::string Message = std::to_string(Id) + "." + std::to_string(I);
    try {
      CHECK(std::uncaught_exceptions() == 0);
      try {
        BlocksWhenUnwound B{1};
        throw std::runtime_error(Message);
      } catch (const std::runtime_error &E) {
        CHECK(E.what() == Message);
        CHECK(std::uncaught_exceptions() == 0);
        block();
        CHECK(E.what() == Message);
        try {
          throw Id;
        } catch (int V) {
          std::this_thread::yield();
          CHECK(V == Id);
        }
        throw; // The outer one again.
      }
    } catch (const std::exception &E) {
      block();
      CHECK(E.what() == Message);
      std::exception_ptr P = std::current_exception();
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      CHECK(P == std::current_exception());
      try {
        std::rethrow_exception(P);
      } catch (const std::runtime_error &Again) {
        CHECK(&Again == &E);
      }
    }
    CHECK(std::current_exception() == nullptr);
  }
}

int main() {
  std::vector<std::thread> All;
  for (int I = 0; I < Threads; ++I)
    All.emplace_back(throwAndCatch, I);
  throwAndCatch(Threads);
  for (auto &T : All)
    T.join();
}
