// RUN: %open_co_clang -c %s -o %t.o && nm %t.o | FileCheck %s
// RUN: %open_co_clang -O2 -c %s -o %t.o && nm %t.o | FileCheck %s
// RUN: %open_co_clang -S %s -o - | FileCheck %s
// RUN: %open_co_clang -S -emit-llvm %s -o - | FileCheck %s
// Intent: a compilation runs the pass, at every level and for every output.

// CHECK-NOT: __oc___oc_
// CHECK: __oc_write
// CHECK-NOT: __oc___oc_
#include <unistd.h>

int main(void) { return write(1, "", 0) != 0; }
