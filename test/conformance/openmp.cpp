// REQUIRES: openmp
// UNSUPPORTED: static
// RUN: %clangxx %s -fopenmp %libomp -o %t && %native %t
// RUN: %open_co_clangxx %s -fopenmp %libomp -o %t.oc && %run %t.oc
// Intent: OpenMP's threads, which are native, have thread_local variables of
// their own, whose destructors run; they and a thread that leads a team block
// in reads, conditions and barriers, which others of the team end.
#include "check.h"
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <omp.h>
#include <thread>

static std::atomic<int> Made, Gone;

struct Counter {
  int Value = 7;
  Counter() { ++Made; }
  ~Counter() { ++Gone; }
};
static thread_local Counter Own;
static thread_local int Plain = 5;

enum { Members = 4 };
static int Pipe[2];
static std::mutex Mutex;
static std::condition_variable Changed;
static int Turn;

static void awaitTurn(int Number) {
  std::unique_lock<std::mutex> Lock(Mutex);
  Changed.wait(Lock, [&] { return Turn == Number; });
  ++Turn;
  Changed.notify_all();
}

/// The leader writes what the others wait to read; then they take turns.
static void team() {
  int Sum = 0;
  Turn = 0;
#pragma omp parallel num_threads(Members) reduction(+ : Sum)
  {
    int Me = omp_get_thread_num();
    CHECK(omp_get_num_threads() == Members);
    int Before = Own.Value++, PlainBefore = Plain++;
    char C = 0;
    if (Me == 0)
      CHECK(write(Pipe[1], "abc", Members - 1) == Members - 1);
    else
      CHECK(read(Pipe[0], &C, 1) == 1 && C >= 'a' && C <= 'c');
#pragma omp barrier
    awaitTurn(Members - 1 - Me);
#pragma omp barrier
    CHECK(omp_get_thread_num() == Me);
    CHECK(Own.Value == Before + 1 && Plain == PlainBefore + 1);
#pragma omp critical
    Sum += Me;
  }
  CHECK(Sum == Members * (Members - 1) / 2);
}

/// What a thread sets is its own, also after it was suspended.
static void settings(int Threads) {
  omp_set_num_threads(Threads);
  for (int I = 0; I < 20; ++I) {
    std::this_thread::yield();
    sleepMs(I % 2);
    CHECK(omp_get_max_threads() == Threads);
    int Sum = 0;
#pragma omp parallel reduction(+ : Sum)
    ++Sum;
    CHECK(Sum <= Threads);
  }
}

int main() {
  CHECK(pipe(Pipe) == 0);
  team();
  team();
  CHECK(Made == Members && Gone == 0 && Own.Value == 9);
  int Before = Made;
  std::thread([] {
    team();
    team();
    CHECK(Own.Value == 9);
  }).join();
  CHECK(Made > Before && Gone >= 1); // The members may be others.
  std::thread A(settings, 2), B(settings, 3);
  A.join();
  B.join();
  return 0;
}
