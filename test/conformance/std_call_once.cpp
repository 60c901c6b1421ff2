// RUN: %clangxx %s -o %t && %native %t
// RUN: %open_co_clangxx %s -o %t.oc && %run %t.oc
// Intent: std::call_once runs one initialiser while others wait; one that
// throws leaves the turn to the next; it may block and move between threads.
#include "check.h"
#include <chrono>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

static void once() {
  std::once_flag Flag;
  int Runs = 0;
  std::vector<std::thread> Threads;
  for (int I = 0; I < 20; ++I)
    Threads.emplace_back([&, I] {
      std::call_once(
          Flag,
          [&](int Mine, int &Count) {
            CHECK(Mine == I); // The caller's own closure.
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
            CHECK(Mine == I);
            ++Count;
          },
          I, Runs);
      CHECK(Runs == 1);
    });
  for (auto &T : Threads)
    T.join();
  CHECK(Runs == 1);
}

/// Two flags at a time, so that one closure must not be taken for another.
static void crossed() {
  std::once_flag A[8];
  int Values[8] = {};
  std::vector<std::thread> Threads;
  for (int I = 0; I < 16; ++I)
    Threads.emplace_back([&, I] {
      int K = I / 2;
      std::call_once(A[K], [&Values, K] {
        std::this_thread::yield();
        Values[K] = K + 1;
      });
      CHECK(Values[K] == K + 1);
    });
  for (auto &T : Threads)
    T.join();
}

static void throwing() {
  std::once_flag Flag;
  int Tries = 0;
  for (int I = 0; I < 3; ++I) {
    try {
      std::call_once(Flag, [&] {
        ++Tries;
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
        if (Tries < 3)
          throw std::runtime_error("not yet");
      });
      CHECK(I == 2);
    } catch (const std::runtime_error &) {
      CHECK(I < 2);
    }
  }
  CHECK(Tries == 3);
}

/// One thread's initialiser throws while others wait: another takes over.
static void takeOver() {
  std::once_flag Flag;
  int Tries = 0, Caught = 0;
  std::vector<std::thread> Threads;
  std::mutex M;
  for (int I = 0; I < 10; ++I)
    Threads.emplace_back([&] {
      try {
        std::call_once(Flag, [&] {
          std::this_thread::sleep_for(std::chrono::milliseconds(5));
          if (++Tries <= 4)
            throw 1;
        });
      } catch (int) {
        std::lock_guard<std::mutex> Guard(M);
        ++Caught;
      }
    });
  for (auto &T : Threads)
    T.join();
  CHECK(Tries == 5 && Caught == 4);
}

int main() {
  everywhere(once);
  everywhere(crossed);
  everywhere(throwing);
  everywhere(takeOver);
}
