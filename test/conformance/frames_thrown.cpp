// RUN: %clangxx %s -o %t && %native %t
// RUN: %open_co_clangxx %s -o %t.oc && %run %t.oc
// Intent: frames that an exception of a handler on a signal stack leaves are
// left for AddressSanitizer, too: frames_left.c.
#include "Inputs/frames.h"
#include <atomic>

static std::atomic<pid_t> Id;

static void fail() { throw 7; }
static void handler(int) { go(fail, 3); }
static void wait() {
  Id = gettid();
  pause();
}

static void *catches(void *Arg) {
  int Caught = 0;
  setSignalStack();
  try {
    go(wait, 20);
  } catch (int N) {
    Caught = N;
  }
  use(10);
  CHECK(Caught == 7);
  return Arg;
}

int main() {
  struct sigaction A{};
  A.sa_handler = handler;
  A.sa_flags = SA_ONSTACK;
  CHECK(sigaction(SIGUSR1, &A, nullptr) == 0);
  for (int I = 0; I < 4; ++I) {
    Id = 0;
    pthread_t T = start(catches, &A);
    while (!Id)
      sched_yield();
    settle(Id);
    CHECK(pthread_kill(T, SIGUSR1) == 0);
    CHECK(join(T) == &A);
  }
  return 0;
}
