// RUN: echo '-c "%s"  -o' > %t.inner && echo "@%t.inner '%t.o'" > %t.rsp
// RUN: %open_co_clang @%t.rsp && nm %t.o | FileCheck %s
// RUN: echo '%t.o -o %t' > %t.rsp && %open_co_clang @%t.rsp && %t
// RUN: echo '-static' > %t.rsp && %open_co_clang @%t.rsp %t.o -o %t && %t
// RUN: not %open_co_clang @%t.absent 2>&1 | FileCheck --check-prefix=ABSENT %s
//
// The wrapper's own options, alone or among others.
// RUN: echo 'write -> my_write' > '%t list' && echo '"--open-co-redirects=%t list"' > %t.inner && echo '-O2 @%t.inner' > %t.rsp
// RUN: %open_co_clang @%t.rsp -c %s -o %t.o && nm %t.o | FileCheck --check-prefix=MINE %s
// RUN: %clang -c %S/Inputs/second.c -Dsecond=my_write -o %t.second.o
// RUN: echo '--open-co-report-native %t.second.o' > %t.rsp && %open_co_clang @%t.rsp %t.o -o %t 2>&1 | FileCheck --check-prefix=NATIVE %s && %t | grep second
// RUN: echo '--open-co-version' > %t.rsp && %open_co_clang @%t.rsp | FileCheck --check-prefix=VERSION %s
// RUN: echo '-c --open-co-nonsense' > %t.rsp && not %open_co_clang @%t.rsp %s 2>&1 | FileCheck --check-prefix=UNKNOWN %s
//
// With more than fits into a command line.
// RUN: (printf "'--open-co-redirects=%t list' -DX='\"" && head -c 200000 /dev/zero | tr '\0' a && printf "\"'") > %t.rsp
// RUN: %open_co_clang @%t.rsp -c %s -o %t.o && nm %t.o | FileCheck --check-prefix=MINE %s
// Intent: what a response file says counts as if it stood on the command line.

// CHECK: __oc_write
// ABSENT: @{{.*}}.absent
// MINE: U my_write
// NATIVE: note: calls of write were not rewritten:
// VERSION: open-co {{[0-9]}}
// UNKNOWN: open-co: unknown option '--open-co-nonsense'
#include <unistd.h>

#ifdef X
_Static_assert(sizeof X > 200000, "");
#endif

int main(void) { return write(1, "", 0) != 0; }
