// RUN: %plain_clang -c -DLIBRARY %s -o %t.o
// RUN: rm -f %t.a && ar rc %t.a %t.o
// RUN: %clang %s %t.a -o %t && %native %t
// RUN: %open_co_clang %s %t.o -o %t.oc && %run %t.oc
// RUN: %open_co_clang %s %t.a -o %t.ar && %run %t.ar
// Intent: as prebuilt_locks.c, with code that was built without the plugin and
// is part of the program, which may be a static one.
#include "prebuilt_locks.c" // NOLINT(bugprone-suspicious-include)
