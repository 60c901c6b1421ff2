// RUN: cp %s %t.foo && cp %S/Inputs/second.c %t.bar
// RUN: %open_co_clang -x c %t.foo %t.bar -o %t && %t
// RUN: %open_co_clang -xc %t.foo -x none %S/Inputs/second.c -o %t && %t
// RUN: %open_co_clangxx -x c++ %s -c -o %t.o
// RUN: %open_co_clang -x c %t.foo -c -o %t.o && nm %t.o | FileCheck %s
// RUN: %open_co_clang -x c - -c -o %t.o < %s && nm %t.o | FileCheck %s
// RUN: cat %s %S/Inputs/second.c | %open_co_clang -x c - -o %t && %t
// Intent: -x and standard input decide what is compiled, not only names.

// CHECK: __oc_usleep
#include <unistd.h>

int second(void);

int main(void) { return usleep(0) || second(); }
