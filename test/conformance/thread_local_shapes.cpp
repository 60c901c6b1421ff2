// RUN: %clangxx %s -o %t && %native %t
// RUN: %open_co_clangxx %s -o %t.oc && %run %t.oc
// Intent: thread_local in every shape: aligned up to a page, large and zeroed,
// weak, hidden, members of classes and templates, references, in functions and
// lambdas; each thread has its own, at one address for life, which others may
// use.
#include "check.h"
#include <atomic>
#include <string>
#include <vector>

struct alignas(64) Line {
  int Value = 3;
  char Rest[60] = {};
};
alignas(4096) thread_local char Page[4096] = {'p'};
alignas(1024) static thread_local long Kilo = 1024;
thread_local Line Lines[3];
static thread_local char Large[1 << 20];
thread_local struct {
  unsigned A : 3, B : 13;
  bool C : 1;
} Bits = {5, 77, true};
static thread_local union {
  double D;
  uint64_t Word;
} Both = {1.0};
static thread_local int Matrix[3][4] = {{1}, {0, 2}, {0, 0, 3}};

__attribute__((weak)) thread_local int Weak = 17;
__attribute__((visibility("hidden"))) thread_local int Hidden = 18;
namespace {
thread_local int Unnamed = 19;
}
inline thread_local int Inline = 20;
thread_local const int Constant = 21;
static thread_local int &Reference = Unnamed;
static thread_local int *Pointer = &Hidden; // Set when the thread begins.
static thread_local int (*Function)(int) = [](int X) { return X + 1; };

struct Holder {
  static thread_local int Member;
  static thread_local std::vector<int> Values;
  static inline thread_local long InClass = 5;
};
thread_local int Holder::Member = 22;
thread_local std::vector<int> Holder::Values = {1, 2, 3};

template <typename T> struct Generic {
  static thread_local T Member;
};
template <typename T> thread_local T Generic<T>::Member = T(23);
template <typename T> thread_local T Variable = T(24);
template <typename T> static T &inFunction() {
  static thread_local T Value = T(25);
  return Value;
}

static thread_local std::string Text = "text";
static thread_local struct Counted {
  static std::atomic<int> Live;
  Counted() { ++Live; }
  ~Counted() { --Live; }
  int Used = 0;
} Object;
std::atomic<int> Counted::Live{0};

/// Changes a value that has to be \p First, and sees it stay.
template <typename T> static void own(T &Value, T First, T Then) {
  T *At = &Value;
  CHECK(Value == First);
  Value = Then;
  sched_yield();
  CHECK(Value == Then && &Value == At);
  Value = First;
}

static void shapes() {
  CHECK((uintptr_t)Page % 4096 == 0 && (uintptr_t)&Kilo % 1024 == 0);
  CHECK((uintptr_t)&Lines[1] % 64 == 0 && Lines[2].Value == 3);
  own(Page[0], 'p', 'q');
  own(Page[4095], '\0', 'e');
  own(Kilo, 1024L, -1L);
  own(Lines[1].Value, 3, 4);
  own(Large[0], '\0', 'l');
  own(Large[sizeof Large - 1], '\0', 'm');
  CHECK(Bits.A == 5 && Bits.B == 77 && Bits.C);
  Bits.B = 8000;
  sched_yield();
  CHECK(Bits.A == 5 && Bits.B == 8000 && Bits.C);
  Bits.B = 77;
  own(Both.Word, uint64_t{0x3ff0000000000000}, uint64_t{0x4000000000000000});
  own(Matrix[2][2], 3, 4);
  own(Matrix[1][0], 0, 9);
  own(Weak, 17, 1);
  own(Hidden, 18, 1);
  CHECK(Pointer == &Hidden && &Reference == &Unnamed);
  own(Reference, 19, 1);
  own(Inline, 20, 1);
  CHECK(Constant == 21 && Function(1) == 2);
  own(Holder::Member, 22, 1);
  own(Holder::InClass, 5L, 1L);
  own(Holder::Values, {1, 2, 3}, {4});
  own(Generic<int>::Member, 23, 1);
  own(Generic<double>::Member, 23.0, 1.0);
  own(Variable<short>, (short)24, (short)1);
  own(Variable<long>, 24L, 1L);
  own(inFunction<int>(), 25, 1);
  own(inFunction<float>(), 25.f, 1.f);
  own(Text, std::string("text"), std::string(100, 'x'));
  auto Lambda = [] {
    static thread_local int Calls = 0;
    return ++Calls;
  };
  int Before = Lambda();
  sched_yield();
  CHECK(Lambda() == Before + 1);
  ++Object.Used;
  CHECK(Counted::Live > 0);
}

// -- Another thread's

static Gate Given, Changed;
static int *TheirNumber;
static std::string *TheirText;

static void *gives(void *Arg) {
  TheirNumber = &Hidden;
  TheirText = &Text;
  post(&Given);
  await(&Changed, 1);
  CHECK(Hidden == 99 && Text == "changed");
  return Arg;
}

static void addresses() {
  Given = Changed = GATE_INIT;
  pthread_t T = start(gives, nullptr);
  await(&Given, 1);
  CHECK(TheirNumber != &Hidden && *TheirNumber == 18 && *TheirText == "text");
  *TheirNumber = 99;
  *TheirText = "changed";
  post(&Changed);
  join(T);
  CHECK(Hidden == 18 && Text == "text");
}

int main() {
  everywhere(shapes);
  inThreads(20, shapes);
  CHECK(Counted::Live == 1);
  addresses();
  inThread(addresses);
  return 0;
}
