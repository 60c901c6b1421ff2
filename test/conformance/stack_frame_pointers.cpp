// RUN: %clangxx %s -fno-omit-frame-pointer -o %t && %native %t
// RUN: %open_co_clangxx %s -fno-omit-frame-pointer -o %t.oc && %run %t.oc
// Intent: who follows frame pointers, as profilers do, comes to a clean end
// below a thread's function, of POSIX, C11 and C++.
#include "check.h"
#include <thread>
#include <threads.h>

struct Frame {
  Frame *Next;
  void *Return;
};

[[gnu::noinline]] static int follow() {
  auto *F = static_cast<Frame *>(__builtin_frame_address(0));
  int Count = 0;
  for (; F; F = F->Next) {
    CHECK(!F->Next || F->Next > F);
    ++Count;
  }
  return Count;
}

[[gnu::noinline]] static int deep(int Levels) {
  sched_yield();
  int Count = Levels ? deep(Levels - 1) : follow();
  asm volatile(""); // No tail call.
  return Count;
}

static void *run(void *Arg) {
  for (int I = 0; I < 10; ++I)
    CHECK(deep(10) >= 13);
  return Arg;
}

static int runC11(void *Arg) {
  run(Arg);
  return 5;
}

int main() {
  for (int I = 0; I < 3; ++I) {
    join(start(run, nullptr));
    thrd_t T;
    int Result;
    CHECK(thrd_create(&T, runC11, nullptr) == thrd_success);
    CHECK(thrd_join(T, &Result) == thrd_success && Result == 5);
    std::thread(run, nullptr).join();
  }
}
