// RUN: %open_co_clang -shared -fPIC -DLIBRARY %s -o %t.so
// RUN: readelf -d %t.so | FileCheck %s
// RUN: %open_co_clang -shared -fPIC -Wl,-z,defs -DLIBRARY %s -o %t.so
// RUN: %open_co_clang %s %t.so -o %t && %t
// Intent: a shared library is linked with the runtime too.

// CHECK: (NEEDED){{.*}}[libopen-co.so
#include <unistd.h>

int library(void);

#ifdef LIBRARY
int library(void) { return write(1, "", 0) != 0; }
#else
int main(void) { return library(); }
#endif
