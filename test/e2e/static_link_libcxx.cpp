// REQUIRES: libcxx
// RUN: %plain_clangxx -stdlib=libc++ -std=c++20 -c -DLIBRARY %s -o %t.o
// RUN: %clangxx -stdlib=libc++ -std=c++20 -static %s %t.o -o %t && %native %t
// RUN: %open_co_clangxx -stdlib=libc++ -std=c++20 -static %s %t.o -o %t.oc && %run %t.oc
// Intent: in a static program with libc++ that and code that was not rebuilt
// call functions that the runtime stands in front of, whether or not the linker
// has libc++'s own.
#include "check.h"
#include <atomic>
#include <iostream>
#include <latch>
#include <mutex>
#include <thread>

#ifdef LIBRARY
static std::once_flag Once;
static std::atomic<long> Long{0};
static std::atomic<int> Int{0};

int libraryCalls() {
  int Runs = 0;
  std::call_once(Once, [&] { ++Runs; });
  Long.notify_all();
  Int.notify_one();
  return Runs;
}
#else
int libraryCalls();

static std::once_flag Once;
static std::atomic<long> Long{0};
static std::atomic<int> Int{0};
static int Runs;

static void waits(std::latch *Met) {
  std::call_once(Once, [] { ++Runs; });
  Long.wait(0);
  Int.wait(0);
  Met->arrive_and_wait();
}

int main() {
  CHECK(libraryCalls() == 1);
  std::latch Met(2);
  std::thread T(waits, &Met);
  std::call_once(Once, [] { ++Runs; });
  Long = 1;
  Long.notify_all();
  Int = 1;
  Int.notify_one();
  Met.arrive_and_wait();
  T.join();
  std::cout << 1.5 << std::endl; // libc++ calls call_once for its locales.
  CHECK(Runs == 1);
}
#endif
