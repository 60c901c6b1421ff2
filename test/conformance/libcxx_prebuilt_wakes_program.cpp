// UNSUPPORTED: static
// REQUIRES: libcxx
// RUN: %clangxx -stdlib=libc++ -std=c++20 -fPIC -shared -Dmain=rewrittenMain %s -o %t.so && \
// RUN:   %clangxx -stdlib=libc++ -std=c++20 -DLIBRARY -DPROGRAM %s %t.so -o %t && %native %t
// RUN: %open_co_clangxx -stdlib=libc++ -std=c++20 -fPIC -shared -Dmain=rewrittenMain %s -o %t.oc.so
// RUN: %plain_clangxx -stdlib=libc++ -std=c++20 -DLIBRARY -DPROGRAM %s %t.oc.so -o %t.oc && %run %t.oc
// Intent: as prebuilt_wakes.cpp, where who waits is in a rewritten library and
// who wakes in a program that was built without the plugin: ld.so has libc in
// front of the runtime.
#include "prebuilt_wakes.cpp" // NOLINT(bugprone-suspicious-include)
