// RUN: %open_co_clang %s -o %t && %t
// RUN: %open_co_clangxx -x c++ %s -o %t && %t
// Intent: the wrappers find the headers of open-co.
#include <open_co/hooks.def>

int main(void) { return 0; }
