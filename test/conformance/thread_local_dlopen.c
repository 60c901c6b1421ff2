// UNSUPPORTED: static
// RUN: %clang -fPIC -shared -DLIBRARY=1 %s -o %t.1.so && %clang -fPIC -shared -DLIBRARY=2 %s -o %t.2.so && %clang %s -o %t && %native %t %t.1.so %t.2.so
// RUN: %open_co_clang -fPIC -shared -DLIBRARY=1 %s -o %t.oc.1.so
// RUN: %open_co_clang -fPIC -shared -DLIBRARY=2 %s -o %t.oc.2.so
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc %t.oc.1.so %t.oc.2.so
// Intent: libraries that are loaded, unloaded and loaded again begin with the
// initial values, also in threads that used what was there before. These are
// dlopen and dlclose.
#include "check.h"

#ifdef LIBRARY
// Of one size and layout, so that they get the same addresses.
static __thread int Local = LIBRARY;
static __thread int Zero;
__thread int Exported = LIBRARY * 10;

int next(void) { return Local++ * 100 + Exported++ + Zero++; }

static __attribute__((constructor)) void loaded(void) {
  if (next() != LIBRARY * 110) // Also while libc holds its locks.
    abort();
  Local = LIBRARY;
  Exported = LIBRARY * 10;
  Zero = 0;
}
#else
#include <dlfcn.h>

enum { Threads = 8, Rounds = 20 };
typedef int NextFn(void);
static NextFn *Next;
static void *Library;
static int Which;
static Gate Loaded = GATE_INIT, Used = GATE_INIT;

static void *use(void *Arg) {
  for (int Round = 1; Round <= Rounds; ++Round) {
    await(&Loaded, Round);
    int *Exported = dlsym(Library, "Exported");
    CHECK(Exported && *Exported == Which * 10);
    CHECK(!dlsym(Library, "Local") && strstr(dlerror(), "symbol: Local"));
    for (int I = 0; I < 3; ++I) {
      CHECK(Next() == Which * 110 + I * 102);
      sched_yield();
    }
    CHECK(*Exported == Which * 10 + 3);
    post(&Used);
  }
  return Arg;
}

static char **Files;
static void loadAndUnload(void) {
  pthread_t T[Threads];
  Loaded.Count = Used.Count = 0;
  for (int I = 0; I < Threads; ++I)
    T[I] = start(use, NULL);
  for (int Round = 1; Round <= Rounds; ++Round) {
    Which = Round % 3 == 0 ? 2 : 1;
    Library = dlopen(Files[Which], RTLD_NOW);
    CHECK(Library);
    *(void **)&Next = dlsym(Library, "next");
    CHECK(Next && Next() == Which * 110);
    post(&Loaded);
    await(&Used, Round * Threads);
    CHECK(dlclose(Library) == 0);
    CHECK(!dlopen(Files[Which], RTLD_NOW | RTLD_NOLOAD)); // It has gone.
  }
  for (int I = 0; I < Threads; ++I)
    join(T[I]);
}

int main(int Argc, char **Argv) {
  CHECK(Argc == 3);
  Files = Argv;
  loadAndUnload();
  inThread(loadAndUnload);
  return 0;
}
#endif
