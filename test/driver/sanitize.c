// RUN: %open_co_clang -fsanitize=undefined -fno-sanitize-recover=all %s -o %t && %t
// RUN: %open_co_clang -fsanitize=undefined -fno-sanitize-recover=all -c %s -o %t.o
// RUN: nm %t.o | FileCheck %s
// Intent: -fsanitize passes through.

// CHECK-DAG: __oc_write
// CHECK-DAG: __ubsan_handle
#include <unistd.h>

int main(int Argc, char **Argv) {
  (void)Argv;
  int Sum = Argc + 1;
  return write(1, "", 0) != Sum - 2;
}
