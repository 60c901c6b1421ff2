// UNSUPPORTED: static
// RUN: %clang -fPIC -shared %S/Inputs/locals_library.c -o %t.so && %clang %s %t.so -o %t && %native %t
// RUN: %open_co_clang -fPIC -shared %S/Inputs/locals_library.c -o %t.oc.so
// RUN: %open_co_clang %s %t.oc.so -o %t.oc && %run %t.oc
// RUN: %open_co_clang -fno-pic -no-pie %s %t.oc.so -o %t.oc && %run %t.oc
// RUN: %open_co_clang -fPIC %s %t.oc.so -o %t.oc && %run %t.oc
// Intent: a program and a library it is linked with have thread_local variables
// of their own and use each other's; the program's come first.
#include "Inputs/locals_user.h"

__thread int ProgramInt = 71;
__thread int Overridden = 72;

int main(void) {
  LibraryInt = 1;
  ProgramInt = 2;
  useInThreads();
  inThread(useInThreads);
  CHECK(LibraryInt == 1 && *libraryInt() == 1 && ProgramInt == 2);
  return 0;
}
