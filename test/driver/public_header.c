// RUN: %open_co_clang %s -o %t && %t
// RUN: %open_co_clangxx -x c++ %s -o %t && %t
// Intent: the wrappers find the public header.
#include <open_co/open_co.h>

int main(void) { return 0; }
