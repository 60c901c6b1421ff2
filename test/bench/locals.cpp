// locals.cpp - thread_local variables of a program, and of its library.
#include "locals.h"

LOCALS(program)
thread_local long programExtern = 1;

int main() {
  inThread(program);
  inThread(library);
}
