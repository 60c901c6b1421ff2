// RUN: %clangxx %s -o %t && %native %t
// RUN: %open_co_clangxx %s -o %t.oc && %run %t.oc
// Intent: pthread_exit runs the destructors of every frame, last first, also
// through catch (...) that rethrows, and destructors may block.
#include "check.h"
#include <future>
#include <string>
#include <thread>

static std::string Log;

struct Noted {
  char Name;
  ~Noted() {
    sched_yield();
    sleepMs(1);
    Log += Name;
  }
};

__attribute__((noinline)) static void deep(int Depth) {
  Noted N{static_cast<char>('0' + Depth)};
  if (Depth == 3)
    pthread_exit(reinterpret_cast<void *>(5));
  try {
    deep(Depth + 1);
  } catch (...) {
    Log += '!';
    throw;
  }
}

static void cleanUp(void *) { Log += 'c'; }

static void *body(void *) {
  Noted N{'a'};
  pthread_cleanup_push(cleanUp, nullptr);
  deep(0);
  pthread_cleanup_pop(0);
  return nullptr;
}

static void exits() {
  Log.clear();
  CHECK(join(start(body, nullptr)) == reinterpret_cast<void *>(5));
  CHECK(Log == "3!2!1!0ca");
}

/// What a std::thread was given is destroyed, too; so a promise is broken.
static void exitsTask() {
  std::packaged_task<void()> Task([] {
    sched_yield();
    pthread_exit(nullptr);
  });
  auto Result = Task.get_future();
  std::thread T(std::move(Task));
  try {
    Result.get();
    CHECK(!"there is a result");
  } catch (const std::future_error &E) {
    CHECK(E.code() == std::future_errc::broken_promise);
  }
  T.join();
}

int main() {
  exitsTask();
  inThread(exitsTask);
  exits();
  inThread(exits);
  exits();
}
