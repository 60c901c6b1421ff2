// RUN: rm -rf %t && mkdir %t && for f in %build/lib/libopen-co.so.*[0-9]; do LC_ALL=C sed 's/libopen-co\.so/libopen-c2.so/g' $f > %t/libopen-c2${f##*libopen-co}; done
// RUN: %open_co_clang -shared -fPIC -DLIBRARY %s -o %t/a.so
// RUN: %open_co_clang %s %t/a.so -o %t/one && %t/one
// RUN: %open_co_clang -c %s -o %t/a.o
// RUN: %clang %t/a.o %t/a.so %t/libopen-c2.so.?.? -Wl,-rpath,%t,-rpath,%build/lib -o %t/two
// RUN: not %t/two 2>&1 | FileCheck %s
// RUN: %clang -DLOAD='"%t/a.so"' -fpass-plugin=%plugin %s %t/libopen-c2.so.?.? -Wl,-rpath,%t -o %t/two
// RUN: not %t/two 2>&1 | FileCheck %s
// Intent: a second runtime in a process is an error, also if it comes late: of
// another release, say.

// CHECK: open-co: there are two runtimes in this process, one in {{.*}}/libopen-c{{[2o].*}} and one in {{.*}}/libopen-c{{[o2].*}}; link the program with libopen-co.so, or no library that needs it
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
