// RUN: %open_co_clang -static %s -o %t && %t
// RUN: readelf -d %t | not grep NEEDED
// RUN: %open_co_clang -static-pie -fPIE %s -o %t && %t
// RUN: %open_co_clang -static -x c %s -o %t && %t
// RUN: %open_co_clang -c %s -o %t.o && %open_co_clang -static %t.o -o %t && %t
// RUN: cp %s %t.cpp && %open_co_clangxx -static %t.cpp -o %t && %t
// Intent: static programs get the archive and all that it needs.
#include <unistd.h>

int main(void) { return write(1, "", 0) != 0; }
