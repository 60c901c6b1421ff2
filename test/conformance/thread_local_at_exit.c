// UNSUPPORTED: static
// RUN: %clang -fPIC -shared -DLAST %s -o %t.last.so && %clang -fPIC -shared -DLIBRARY %s %t.last.so -o %t.so && %clang %s %t.so %t.last.so -o %t && %native %t
// RUN: %open_co_clang -fPIC -shared -DLAST %s -o %t.oc.last.so && %open_co_clang -fPIC -shared -DLIBRARY %s %t.oc.last.so -o %t.oc.so
// RUN: %open_co_clang %s %t.oc.so %t.oc.last.so -o %t.oc && %run %t.oc
// Intent: threads go on using a library's thread_local variables while the
// process exits and its libraries' destructors run.
#include "check.h"

extern int Uses; // Of the library, so far.
void use(void);

#ifdef LAST
int Uses;

// After the destructors of the library, which depends on this one.
static __attribute__((destructor)) void last(void) {
  int Until = __atomic_load_n(&Uses, __ATOMIC_SEQ_CST) + 1000;
  while (__atomic_load_n(&Uses, __ATOMIC_SEQ_CST) < Until)
    sched_yield();
}
#elif defined(LIBRARY)
static __thread int Before = 7;
void use(void) {
  static __thread int Mine;
  CHECK(Before == Mine + 7);
  ++Mine;
  ++Before;
  __atomic_fetch_add(&Uses, 1, __ATOMIC_SEQ_CST);
}
#else
static Gate Using = GATE_INIT;

static void *useOn(void *Arg) {
  use();
  post(&Using);
  for (;;) {
    use();
    usleep(10);
  }
  return Arg;
}

int main(void) {
  for (int I = 0; I < 4; ++I)
    start(useOn, NULL);
  await(&Using, 4);
  return 0;
}
#endif
