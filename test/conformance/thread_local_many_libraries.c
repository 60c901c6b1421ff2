// UNSUPPORTED: static
// RUN: %clang -fPIC -shared -DLIBRARY %s -o %t.0.so && for I in 1 2 3 4 5 6 7 8 9; do cp %t.0.so %t.$I.so; done; %clang %s -o %t && %native %t %t
// RUN: %open_co_clang -fPIC -shared -DLIBRARY %s -o %t.oc.0.so && for I in 1 2 3 4 5 6 7 8 9; do cp %t.oc.0.so %t.oc.$I.so; done
// RUN: %open_co_clang %s -o %t.oc && %run %t.oc %t.oc
// Intent: threads use the variables of many libraries, which are loaded while
// the threads run and unloaded in another order.
#include "check.h"

#ifdef LIBRARY
static __thread int Count = 5;
static __thread char Text[3000] = "text";

int next(int Step) {
  if (Text[0] != 't' || Text[2999] != (Count == 5 ? 0 : 'x'))
    return -1;
  Text[2999] = 'x';
  return Count += Step;
}
#else
#include <dlfcn.h>

enum { Libraries = 10, Threads = 6 };
static const char *Prefix;
static void *Handle[Libraries];
static int (*Next[Libraries])(int);
static Gate Loaded = GATE_INIT, Used = GATE_INIT;

static void load(int I) {
  char File[4096];
  snprintf(File, sizeof(File), "%s.%d.so", Prefix, I);
  Handle[I] = dlopen(File, RTLD_NOW | RTLD_LOCAL);
  CHECK(Handle[I]);
  *(void **)&Next[I] = dlsym(Handle[I], "next");
}

static void *use(void *Arg) {
  int Id = (int)(long)Arg;
  for (int Round = 1; Round <= Libraries; ++Round) {
    await(&Loaded, Round);
    for (int I = 0; I < Round; ++I) {
      CHECK(Next[I](Id) == 5 + Id * (Round - I));
      sched_yield();
    }
    post(&Used);
  }
  // The odd ones have been replaced.
  await(&Loaded, Libraries + 1);
  for (int I = 0; I < Libraries; ++I)
    CHECK(Next[I](Id) == 5 + Id * (I % 2 ? 1 : Libraries - I + 1));
  post(&Used);
  return NULL;
}

static void many(void) {
  pthread_t T[Threads];
  Loaded.Count = Used.Count = 0;
  for (long I = 0; I < Threads; ++I)
    T[I] = start(use, (void *)(I + 1));
  for (int I = 0; I < Libraries; ++I) {
    load(I);
    post(&Loaded);
    await(&Used, (I + 1) * Threads);
  }
  for (int I = 1; I < Libraries; I += 2)
    CHECK(dlclose(Handle[I]) == 0);
  for (int I = Libraries - 1; I > 0; I -= 2)
    load(I);
  post(&Loaded);
  for (int I = 0; I < Threads; ++I)
    join(T[I]);
  for (int I = 0; I < Libraries; ++I)
    CHECK(dlclose(Handle[I]) == 0);
}

int main(int Argc, char **Argv) {
  CHECK(Argc == 2);
  Prefix = Argv[1];
  many();
  inThread(many);
  many();
  return 0;
}
#endif
