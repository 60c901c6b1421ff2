// UNSUPPORTED: static
// REQUIRES: libcxx
// RUN: %plain_clangxx -stdlib=libc++ -std=c++20 -fPIC -shared -DLIBRARY %s -o %t.so
// RUN: %clangxx -stdlib=libc++ -std=c++20 %s %t.so -o %t && %native %t
// RUN: %open_co_clangxx -stdlib=libc++ -std=c++20 %s %t.so -o %t.oc && %run %t.oc
// Intent: as prebuilt_wakes.cpp, with libc++.
#include "prebuilt_wakes.cpp" // NOLINT(bugprone-suspicious-include)
