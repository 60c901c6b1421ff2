// REQUIRES: tbb
// UNSUPPORTED: static
// RUN: %clangxx %s -ltbb -o %t && %native %t
// RUN: %open_co_clangxx %s -ltbb -o %t.oc && %run %t.oc
// Intent: the program's threads have oneTBB, which was not rebuilt, run tasks,
// directly and by parallel algorithms, and block in them.
#include "check.h"
#include <algorithm>
#include <atomic>
#include <execution>
#include <mutex>
#include <numeric>
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>
#include <tbb/task_group.h>
#include <thread>
#include <vector>

enum { Threads = 6, Rounds = 5, Items = 40 };
static std::mutex Mutex;
static thread_local int Depth;

/// Waits in several ways; stays the same thread of the program and of TBB's.
static void item(int I) {
  int *MyDepth = &Depth, Before = Depth++;
  int Slot = tbb::this_task_arena::current_thread_index();
  if (I % 4 == 0)
    sleepMs(1);
  {
    std::lock_guard<std::mutex> Held(Mutex);
    if (I % 8 == 1)
      std::this_thread::yield();
  }
  CHECK(&Depth == MyDepth && --Depth == Before);
  CHECK(tbb::this_task_arena::current_thread_index() == Slot);
}

static void loop() {
  std::atomic<int> Sum{0};
  tbb::parallel_for(0, int{Items}, [&](int I) {
    item(I);
    Sum += I;
  });
  CHECK(Sum == Items * (Items - 1) / 2);
}

static void algorithm() {
  std::vector<int> V(Items);
  std::iota(V.begin(), V.end(), 0);
  std::for_each(std::execution::par, V.begin(), V.end(), [](int &I) {
    item(I);
    I *= 2;
  });
  CHECK(std::accumulate(V.begin(), V.end(), 0) == Items * (Items - 1));
}

/// The tasks read what the thread writes once it has begun them.
static void group() {
  int Pipe[2];
  CHECK(pipe(Pipe) == 0);
  std::atomic<int> Done{0};
  tbb::task_group G;
  for (int I = 0; I < 10; ++I)
    G.run([&] {
      char C;
      CHECK(read(Pipe[0], &C, 1) == 1 && C == 'x');
      ++Done;
    });
  sleepMs(1);
  CHECK(write(Pipe[1], "xxxxxxxxxx", 10) == 10);
  G.wait();
  CHECK(Done == 10 && close(Pipe[0]) == 0 && close(Pipe[1]) == 0);
}

static void arena() {
  tbb::task_arena A(3);
  CHECK(A.execute([] {
    sleepMs(1);
    CHECK(tbb::this_task_arena::max_concurrency() == 3);
    loop();
    CHECK(tbb::this_task_arena::max_concurrency() == 3);
    return 5;
  }) == 5);
}

static void all() {
  for (int I = 0; I < Rounds; ++I) {
    loop();
    algorithm();
    group();
    arena();
  }
}

int main() {
  tbb::global_control More(tbb::global_control::max_allowed_parallelism, 4);
  std::thread T[Threads];
  for (auto &Each : T)
    Each = std::thread(all);
  all();
  for (auto &Each : T)
    Each.join();
  return 0;
}
