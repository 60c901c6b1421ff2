// UNSUPPORTED: static
// RUN: %plain_clang -fPIC -shared %S/Inputs/prebuilt_library.c -o %t.so
// RUN: %clangxx %s %t.so -o %t && %native %t
// RUN: %open_co_clangxx %s %t.so -o %t.oc && %run %t.oc
// RUN: %open_co_clangxx -fPIC %s %t.so -o %t.oc && %run %t.oc
// Intent: a prebuilt library's own threads call back into the program, which
// there uses thread_local variables, locks and blocking calls beside its own
// threads.
#include "check.h"
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

extern "C" void prebuiltInThreads(int Count, void *(*Fn)(void *), void *Arg);

static std::atomic<int> Alive{0};
struct Counted {
  std::string Name = "a name that is too long to be kept in the object";
  Counted() { ++Alive; }
  ~Counted() {
    CHECK(Name.size() == 48);
    --Alive;
  }
};
static thread_local Counted Object;
static thread_local int Calls = 3;
static thread_local int *Kept;
static pthread_key_t Key;

enum { Threads = 8, Rounds = 30 };
static int Pipe[2];
static std::mutex Lock;
static std::condition_variable Changed;
static int Shared, Arrived;

static void *callBack(void *Arg) {
  CHECK(Calls == 3 && !Kept);
  Kept = &Calls;
  CHECK(pthread_setspecific(Key, &Key) == 0);
  for (int I = 0; I < Rounds; ++I) {
    char C;
    CHECK(read(Pipe[0], &C, 1) == 1 && C == 'p');
    {
      std::lock_guard Held(Lock);
      ++Shared;
    }
    CHECK(write(Pipe[1], "p", 1) == 1);
    CHECK(&Calls == Kept && ++Calls == I + 4);
    CHECK(Object.Name.size() == 48);
  }
  std::unique_lock Held(Lock);
  ++Arrived;
  Changed.notify_all();
  Changed.wait(Held, [] { return Arrived == 2 * Threads; });
  return Arg;
}

// The destructor of a key comes after those of thread_local objects, whose
// memory is still there.
static void lastOfAll(void *) {
  CHECK(Calls == 3 + Rounds && Kept == &Calls);
}

static void both() {
  int Before = Alive;
  Shared = Arrived = 0;
  CHECK(pipe(Pipe) == 0 && write(Pipe[1], "ppp", 3) == 3);
  std::thread Own[Threads];
  for (auto &T : Own)
    T = std::thread(callBack, nullptr);
  prebuiltInThreads(Threads, callBack, nullptr);
  for (auto &T : Own)
    T.join();
  CHECK(Shared == 2 * Threads * Rounds && Alive == Before);
  CHECK(close(Pipe[0]) == 0 && close(Pipe[1]) == 0);
}

int main() {
  CHECK(pthread_key_create(&Key, lastOfAll) == 0);
  for (int I = 0; I < 5; ++I)
    both();
  inThread(both);
}
