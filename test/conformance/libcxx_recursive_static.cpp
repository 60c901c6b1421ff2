// REQUIRES: libcxx
// RUN: %clangxx -stdlib=libc++ %s -o %t && %native %t
// RUN: %open_co_clangxx -stdlib=libc++ %s -o %t.oc && %run %t.oc
// Intent: a function-local static whose initialiser comes back to it aborts, as
// libc++ sees to in each thread. One that failed is made again, by whoever
// comes. This is __cxa_guard_acquire, __cxa_guard_abort.
#include "check.h"
#include <exception>

static int Failures;

static int made(int Depth) {
  static int Value = Depth ? made(Depth - 1) : 7;
  return Value;
}

static int madeLater() {
  static int Value = Failures++ < 2 ? throw Failures : 8;
  return Value;
}

static void comesBack() { made(1); }
static void *makesIt(void *Arg) {
  CHECK(madeLater() == 8);
  return Arg;
}
static void *fails(void *Arg) {
  try {
    madeLater();
    CHECK(false);
  } catch (int N) {
    CHECK(N == Failures);
  }
  return Arg;
}

static void all() {
  int Status = inChild(comesBack);
  CHECK(WIFSIGNALED(Status) && WTERMSIG(Status) == SIGABRT);
}

int main() {
  everywhere(all);
  CHECK(made(0) == 7 && made(1) == 7);
  fails(nullptr);
  CHECK(join(start(fails, nullptr)) == nullptr);
  makesIt(nullptr);
  CHECK(join(start(makesIt, nullptr)) == nullptr);
  return 0;
}
