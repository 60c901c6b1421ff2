// errno.cpp - the only place that reads and writes errno.
#include "sys/errno.h"

#include <cerrno>

namespace oc {

[[gnu::noinline]] long toErrno(long Result) {
  if (Result >= 0 || Result < -4095)
    return Result;
  errno = static_cast<int>(-Result);
  return -1;
}

// The asm keeps the compiler from merging two calls into one.
[[gnu::noinline]] int getErrno() {
  asm volatile("" ::: "memory");
  return errno;
}

[[gnu::noinline]] void setErrno(int Value) {
  asm volatile("" ::: "memory");
  errno = Value;
}

} // namespace oc
