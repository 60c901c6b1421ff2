// UNSUPPORTED: static
// RUN: %clang -fPIC -shared -DDEFINES %s -o %t.d.so
// RUN: %clang -fPIC -shared -DUSES %s -o %t.u.so
// RUN: %clang -rdynamic %s %t.d.so %t.u.so -o %t && %native %t
// RUN: %open_co_clang -fPIC -shared -DDEFINES %s -o %t.d.oc.so
// RUN: %open_co_clang -fPIC -shared -DUSES %s -o %t.u.oc.so
// RUN: %open_co_clang -rdynamic %s %t.d.oc.so %t.u.oc.so -o %t.oc && %run %t.oc
// Intent: a thread_local is defined by a library, or a program, that does not
// use one itself; others do.
#ifdef DEFINES
__thread int OfLibrary = 5;
__thread char OfLibraryZero[100];
#elif defined USES
extern __thread int OfProgram;
int *ofProgram(void);
int *ofProgram(void) { return &OfProgram; }
#else
#include "check.h"
#include <dlfcn.h>

__thread int OfProgram = 7;
__thread int Found = 9;
extern __thread int OfLibrary;
extern __thread char OfLibraryZero[100];
int *ofProgram(void);

static void use(void) {
  CHECK(++*ofProgram() == 8);
  CHECK(++OfLibrary == 6 && OfLibraryZero[99]++ == 0);
  int *P = dlsym(RTLD_DEFAULT, "Found");
  CHECK(P != NULL && ++*P == 10);
  sched_yield();
  CHECK(*ofProgram() == 8 && OfLibrary == 6 && *P == 10);
}

int main(void) {
  inThreads(4, use);
  use();
  return 0;
}
#endif
