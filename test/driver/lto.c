// RUN: %open_co_clang -fuse-ld=lld %s %S/Inputs/second.c -o %t && %t
// RUN: %open_co_clang -O2 -flto -fuse-ld=lld %s %S/Inputs/second.c -o %t && %t
// RUN: nm %t | FileCheck %s
// RUN: %open_co_clang -O2 -flto=thin -fuse-ld=lld %s %S/Inputs/second.c -o %t && %t
// RUN: nm %t | FileCheck %s
// RUN: %open_co_clang -O0 -flto -c %s -o %t.1.o
// RUN: %open_co_clang -O0 -flto -c %S/Inputs/second.c -o %t.2.o
// RUN: %open_co_clang -fuse-ld=lld %t.1.o %t.2.o -o %t && %t
// RUN: nm %t | FileCheck %s
// Intent: lld is that of the same release, and LTO keeps the rewritten names.

// CHECK: __oc_write
int second(void);

int main(void) { return second(); }
