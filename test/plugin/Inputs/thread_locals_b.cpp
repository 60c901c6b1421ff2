#include "thread_locals.h"

#include <cstdint>

thread_local int Counted::Made = 100;
thread_local Counted Global("global");
thread_local int Plain = 7;
__thread int Weak __attribute__((weak)) = 11;
static thread_local Counted Static("static");
alignas(4096) static thread_local char Page[3] = {1, 2, 3};
alignas(64) static thread_local struct {
  int (*Function)();
  int Big[100];
} Line = {otherHalf, {9}};
static thread_local const int Constant = 13;

int otherHalf() {
  if (reinterpret_cast<uintptr_t>(Page) % 4096 ||
      reinterpret_cast<uintptr_t>(&Line) % 64 || Line.Function != otherHalf)
    puts("wrong");
  int Sum = 0;
  for (int &I : Line.Big)
    Sum += I += Plain;
  Holder<long>::Value += Sum;
  functionLocal().Value += Page[2]++;
  return Sum + Static.Value + Constant + ++Inline.Value + ++InlinePlain;
}
