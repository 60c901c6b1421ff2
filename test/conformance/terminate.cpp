// RUN: %clangxx %s -o %t && %native %t
// RUN: %open_co_clangxx %s -o %t.oc && %run %t.oc
// Intent: an exception that leaves a thread, a joinable std::thread destroyed,
// and a throw from noexcept, while unwinding, or of nothing, each end the
// process by SIGABRT; a terminate handler sees the stack and the exception.
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

/// The handler sees the exception, on the stack that threw it: nothing was
/// unwound.
struct Unwound {
  ~Unwound() { _exit(1); }
};
static void unwindsNothing() {
  std::set_terminate([] {
    try {
      throw;
    } catch (std::runtime_error &E) {
      std::this_thread::yield();
      _exit(strcmp(E.what(), "escapes") == 0 ? 13 : 2);
    }
  });
  std::thread T([] {
    Unwound U;
    throw std::runtime_error("escapes");
  });
  T.detach();
  sleepMs(60000);
}

/// Out of a destructor, while another exception passes.
struct Throws {
  ~Throws() noexcept(false) { throw 2; }
};
static void whileUnwinding() {
  dieQuietly();
  std::thread([] {
    try {
      Throws T;
      throw 1;
    } catch (int) {
    }
  }).join();
}

static void nothingToRethrow() {
  dieQuietly();
  std::thread([] { throw; }).join();
}

static void all() {
  void (*Bodies[])() = {escapes,      escapesPthread, stillJoinable,
                        fromNoexcept, whileUnwinding, nothingToRethrow};
  for (auto Body : Bodies) {
    int Status = inChild(Body);
    CHECK(WIFSIGNALED(Status) && WTERMSIG(Status) == SIGABRT);
  }
  int Status = inChild(ownHandler);
  CHECK(WIFEXITED(Status) && WEXITSTATUS(Status) == 12);
  Status = inChild(unwindsNothing);
  CHECK(WIFEXITED(Status) && WEXITSTATUS(Status) == 13);
}

int main() {
  all();
  inThread(all);
  all();
}
