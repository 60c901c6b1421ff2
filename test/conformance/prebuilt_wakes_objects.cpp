// RUN: %plain_clangxx -std=c++20 -c -DLIBRARY %s -o %t.o
// RUN: %clangxx -std=c++20 %s %t.o -o %t && %native %t
// RUN: %open_co_clangxx -std=c++20 %s %t.o -o %t.oc && %run %t.oc
// Intent: as prebuilt_wakes.cpp, with code that was built without the plugin and
// is part of the program, which may be a static one.
#include "prebuilt_wakes.cpp" // NOLINT(bugprone-suspicious-include)
