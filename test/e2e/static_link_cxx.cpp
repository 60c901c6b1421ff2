// RUN: %clangxx -static %s -o %t && %native %t
// RUN: %open_co_clangxx -static %s -o %t.oc && %run %t.oc
// Intent: the same in C++: threads, conditions, exceptions and thread_local.
#include "check.h"
#include <condition_variable>
#include <future>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

static thread_local std::string Name = "unnamed";

int main() {
  std::mutex M;
  std::condition_variable Cv;
  int Arrived = 0;
  std::vector<std::thread> Threads;
  for (int I = 0; I < 30; ++I)
    Threads.emplace_back([&, I] {
      CHECK(Name == "unnamed");
      Name = std::to_string(I);
      try {
        throw I;
      } catch (int V) {
        std::unique_lock<std::mutex> Guard(M);
        ++Arrived;
        Cv.notify_all();
        Cv.wait(Guard, [&] { return Arrived == 30; });
        CHECK(V == I);
      }
      CHECK(Name == std::to_string(I));
    });
  for (auto &T : Threads)
    T.join();
  auto F = std::async(std::launch::async, [] { return 5; });
  CHECK(F.get() == 5 && Name == "unnamed");
}
