// RUN: %open_co_clang %s %S/Inputs/second.c -o %t && %t
// RUN: %open_co_clang -c %s -o %t.1.o
// RUN: %open_co_clang -c %S/Inputs/second.c -o %t.2.o
// RUN: %open_co_clang %t.1.o %t.2.o -o %t && %t
// RUN: %open_co_clang %s %t.2.o -o %t && %t
// RUN: readelf -d %t | FileCheck %s
// RUN: cd %T && %open_co_clang -c %s %S/Inputs/second.c
// Intent: sources, objects and both link with the runtime, which the program
//         finds without help.

// CHECK-DAG: (NEEDED){{.*}}[libopen-co.so
// CHECK-DAG: (RUNPATH){{.*}}/lib]
int second(void);

int main(void) { return second(); }
