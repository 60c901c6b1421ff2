// Shared by the two halves of run/thread_locals.cpp.

#include <cstdio>
#include <string>
#include <thread>

struct Counted {
  explicit Counted(const char *Name) : Name(Name), Value(++Made) {}
  ~Counted() { printf("~%s %d\n", Name.c_str(), Value); }
  std::string Name;
  int Value;
  static thread_local int Made;
};

extern thread_local Counted Global;
extern thread_local int Plain;
extern __thread int Weak __attribute__((weak));
inline thread_local Counted Inline("inline");
inline thread_local int InlinePlain = 5;

template <typename T> struct Holder {
  static thread_local T Value;
};
template <typename T> thread_local T Holder<T>::Value = T(40);

inline Counted &functionLocal() {
  static thread_local Counted Local("function-local");
  return Local;
}

int otherHalf();
