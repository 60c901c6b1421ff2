// UNSUPPORTED: static
// RUN: %clangxx -fPIC -shared -DLIBRARY %s -o %t.so && %plain_clangxx %s %t.so -o %t && %native %t
// RUN: %open_co_clangxx -fPIC -shared -DLIBRARY %s -o %t.oc.so
// RUN: %plain_clangxx %s %t.oc.so -o %t.oc && %run %t.oc
// Intent: in a program that was not rewritten, a rewritten library serves native
// threads as natively, and the runtime starts no thread.
#include "check.h"
#include <atomic>
#include <mutex>
#include <string>

struct Result {
  int Calls, Alive;
  void *Address;
};

#ifdef LIBRARY
static std::atomic<int> Alive{0};
struct Counted {
  std::string Name = "a name that is too long to be kept in the object";
  Counted() { ++Alive; }
  ~Counted() { Alive -= Name.size() == 48; }
};
static thread_local Counted Object;
thread_local int Calls = 3;
static std::mutex Lock;
static int Shared;

Result work(int Fd) {
  char C;
  CHECK(read(Fd, &C, 1) == 1);
  std::lock_guard Held(Lock);
  ++Shared;
  errno = 0;
  CHECK(read(-1, &C, 1) == -1 && errno == EBADF);
  CHECK(Object.Name.size() == 48);
  return {++Calls, Alive, &Calls};
}

int aliveNow() { return Alive; }
#else
Result work(int Fd);
int aliveNow();

enum { Threads = 8 };
static int Pipe[2];
static Gate Started = GATE_INIT;

static void *call(void *Arg) {
  post(&Started);
  Result First = work(Pipe[0]);
  CHECK(First.Calls == 4 && First.Alive <= Threads);
  CHECK(work(Pipe[0]).Address == First.Address);
  CHECK(work(Pipe[0]).Calls == 6);
  return Arg;
}

int main() {
  CHECK(pipe(Pipe) == 0);
  for (int Round = 1; Round <= 3; ++Round) {
    pthread_t T[Threads];
    for (auto &Thread : T)
      Thread = start(call, nullptr);
    await(&Started, Round * Threads);
    CHECK(osThreads() == Threads + 1);
    for (int I = 0; I < 3 * Threads; ++I)
      CHECK(write(Pipe[1], "n", 1) == 1);
    for (auto &Thread : T)
      join(Thread);
    CHECK(aliveNow() == 0);
  }
  CHECK(write(Pipe[1], "n", 1) == 1);
  CHECK(work(Pipe[0]).Calls == 4); // main's own.
}
#endif
