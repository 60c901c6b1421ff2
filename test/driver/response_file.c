// RUN: echo '-c "%s"  -o' > %t.inner && echo "@%t.inner '%t.o'" > %t.rsp
// RUN: %open_co_clang @%t.rsp && nm %t.o | FileCheck %s
// RUN: echo '%t.o -o %t' > %t.rsp && %open_co_clang @%t.rsp && %t
// RUN: echo '-static' > %t.rsp && %open_co_clang @%t.rsp %t.o -o %t && %t
// RUN: not %open_co_clang @%t.absent 2>&1 | FileCheck --check-prefix=ABSENT %s
// Intent: what a response file says counts as if it stood on the command line.

// CHECK: __oc_write
// ABSENT: @{{.*}}.absent
#include <unistd.h>

int main(void) { return write(1, "", 0) != 0; }
