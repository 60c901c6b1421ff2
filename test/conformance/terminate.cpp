// RUN: %clangxx %s -o %t && %native %t
// RUN: %open_co_clangxx %s -o %t.oc && %run %t.oc
// Intent: an exception that leaves a thread, a joinable std::thread destroyed,
// and a throw from noexcept each end the process by SIGABRT.
#include "check.h"
#include <exception>
#include <stdexcept>
#include <thread>

static void escapes() {
  dieQuietly();
  std::thread([] { throw std::runtime_error("escapes"); }).join();
}

static void *throws(void *) { throw 1; }
static void escapesPthread() {
  dieQuietly();
  join(start(throws, nullptr));
}

static void stillJoinable() {
  dieQuietly();
  std::thread T([] { sleepMs(1000); });
}

static void fromNoexcept() {
  dieQuietly();
  std::thread([]() noexcept { throws(nullptr); }).join();
}

static void ownHandler() {
  std::set_terminate([] { _exit(12); });
  std::thread([] {
    try {
      throw 1;
    } catch (...) {
      std::this_thread::yield();
      std::terminate();
    }
  }).join();
}

static void all() {
  void (*Bodies[])() = {escapes, escapesPthread, stillJoinable, fromNoexcept};
  for (auto Body : Bodies) {
    int Status = inChild(Body);
    CHECK(WIFSIGNALED(Status) && WTERMSIG(Status) == SIGABRT);
  }
  int Status = inChild(ownHandler);
  CHECK(WIFEXITED(Status) && WEXITSTATUS(Status) == 12);
}

int main() {
  all();
  inThread(all);
  all();
}
