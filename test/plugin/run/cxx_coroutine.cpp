// RUN: %clang -O2 -c -I%include %S/../Inputs/runtime.c -o %t.runtime.o
// RUN: %clangxx %cxx20 -O0 %rewrite %s %t.runtime.o -pthread -o %t.O0 && %t.O0 | FileCheck %s
// RUN: %clangxx %cxx20 -O2 %rewrite %s %t.runtime.o -pthread -o %t.O2 && %t.O2 | FileCheck %s
// Intent: a C++ coroutine that is resumed by another thread uses that one's locals.

#include <coroutine>
#include <cstdio>
#include <thread>

static thread_local int Local = 1;

struct Task {
  struct promise_type {
    Task get_return_object() {
      return {std::coroutine_handle<promise_type>::from_promise(*this)};
    }
    std::suspend_never initial_suspend() { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() {}
  };
  std::coroutine_handle<promise_type> Handle;
};

static Task run() {
  printf("before %d\n", Local += 10);
  co_await std::suspend_always{};
  printf("after %d\n", Local += 100);
}

// CHECK: before 11
// CHECK: after 101
// CHECK: still 11
int main() {
  Task T = run();
  std::thread([&] { T.Handle.resume(); }).join();
  printf("still %d\n", Local);
  T.Handle.destroy();
}
