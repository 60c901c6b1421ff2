// RUN: cp %s %t.foo && cp %S/Inputs/second.c %t.bar
// RUN: %open_co_clang -x c %t.foo %t.bar -o %t && %t
// RUN: %open_co_clang -xc %t.foo -x none %S/Inputs/second.c -o %t && %t
// RUN: %open_co_clangxx -x c++ %s -c -o %t.o
// RUN: %open_co_clang -x c %t.foo -c -o %t.o && nm %t.o | FileCheck %s
// RUN: %open_co_clang -x c - -c -o %t.o < %s && nm %t.o | FileCheck %s
// RUN: cat %s %S/Inputs/second.c | %open_co_clang -x c - -o %t && %t
// RUN: %open_co_clang --language=c %t.foo -c -o %t.o && nm %t.o | FileCheck %s
// RUN: cp %s %t.so.c && %open_co_clang %t.so.c -c -o %t.o && nm %t.o | FileCheck %s
// RUN: cp %s %t.so.1.c && %open_co_clang %t.so.1.c -c -o %t.o && nm %t.o | FileCheck %s
// RUN: echo "-x c" > %t.cfg; mkdir -p %t.d && cp %s %t.d/plain && %open_co_clang --config %t.cfg %t.d/plain -c -o %t.o && nm %t.o | FileCheck %s
// Intent: -x and standard input decide what is compiled, not only names;
//         so may a file of clang's that the wrapper does not read.

// CHECK: __oc_usleep
#include <unistd.h>

int second(void);

int main(void) { return usleep(0) || second(); }
