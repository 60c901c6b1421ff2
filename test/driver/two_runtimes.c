// RUN: %open_co_clang -shared -fPIC -DLIBRARY %s -o %t.so
// RUN: %open_co_clang %s %t.so -o %t && %t
// RUN: %open_co_clang -c %s -o %t.o
// RUN: %clang %t.o %t.so %build/lib/libopen-co.a -Wl,-rpath,%build/lib -Wl,-rpath-link,%build/lib -o %t.two
// RUN: not %t.two 2>&1 | FileCheck %s
// RUN: %clang -DLOAD='"%t.so"' -fpass-plugin=%plugin %s %build/lib/libopen-co.a -o %t.two
// RUN: not %t.two 2>&1 | FileCheck %s
// Intent: a second runtime in a process is an error, also if it comes late.

// CHECK: open-co: there are two runtimes in this process, one in the program and one in {{.*}}/libopen-co.so{{[^;]*}}; link the program with libopen-co.so, or no library that needs it
// CHECK-NOT: {{.}}
#include <dlfcn.h>
#include <unistd.h>

int library(void);

#ifdef LIBRARY
int library(void) { return usleep(0); }
#elif defined(LOAD)
int main(void) { return usleep(0) || !dlopen(LOAD, RTLD_NOW); }
#else
int main(void) { return usleep(0) || library(); }
#endif
