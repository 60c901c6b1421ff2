// UNSUPPORTED: static
// RUN: %plain_clang -fPIC -shared -DLIBRARY %s -o %t.so
// RUN: %clang %s %t.so -o %t && %native %t
// RUN: %open_co_clang -fPIC -shared -DLIBRARY %s -o %t.oc.so
// RUN: %plain_clang %s %t.oc.so -o %t.1 && %run %t.1
// RUN: %plain_clang -lc %s %t.oc.so -o %t.2 && %run %t.2
// RUN: %plain_clang -c %s -o %t.o
// RUN: %open_co_clang %t.o %t.oc.so -o %t.3 && %run %t.3
// Intent: as prebuilt_locks.c, where the library is rewritten and the program
// is not: ld.so has libc in front of the runtime, unless the program is linked with
// that.
#include "prebuilt_locks.c" // NOLINT(bugprone-suspicious-include)
