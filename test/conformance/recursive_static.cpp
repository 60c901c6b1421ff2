// RUN: %clangxx %s -o %t && %native %t
// RUN: %open_co_clangxx %s -o %t.oc && %run %t.oc
// Intent: a function-local static whose initialiser comes back to it ends the
// process, as libstdc++ sees to while there is one thread. This is
// __cxa_guard_acquire.
#include "check.h"
#include <exception>

static int made(int Depth) {
  static int Value = Depth ? made(Depth - 1) : 7;
  return Value;
}

static void comesBack() {
  std::set_terminate([] { _exit(3); });
  made(1);
}

int main() {
#ifdef __GLIBCXX__ // libc++ aborts.
  int Status = inChild(comesBack);
  CHECK(WIFEXITED(Status) && WEXITSTATUS(Status) == 3);
#endif
  CHECK(made(0) == 7 && made(1) == 7);
  return 0;
}
