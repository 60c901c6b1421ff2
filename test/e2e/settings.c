// REQUIRES: rewritten
// RUN: %open_co_clang %s -o %t.oc
// RUN: sh %S/Inputs/refused.sh OPEN_CO_WORKERS=abc %t.oc
// RUN: sh %S/Inputs/refused.sh OPEN_CO_WORKERS=0 %t.oc
// RUN: sh %S/Inputs/refused.sh OPEN_CO_WORKERS=-1 %t.oc
// RUN: sh %S/Inputs/refused.sh OPEN_CO_WORKERS=99999999 %t.oc
// RUN: sh %S/Inputs/refused.sh OPEN_CO_WORKERS=99999999999999999999999 %t.oc
// RUN: sh %S/Inputs/refused.sh OPEN_CO_WORKERS=2x %t.oc
// RUN: sh %S/Inputs/refused.sh OPEN_CO_WORKERS= %t.oc
// RUN: sh %S/Inputs/refused.sh OPEN_CO_STACK_SIZE=junk %t.oc
// RUN: sh %S/Inputs/refused.sh OPEN_CO_STACK_SIZE=0 %t.oc
// RUN: sh %S/Inputs/refused.sh OPEN_CO_STACK_SIZE=-5 %t.oc
// RUN: env OPEN_CO_WORKERS=2 OPEN_CO_STACK_SIZE=262144 timeout 60 %t.oc \
// RUN:   | grep main
// Intent: a setting that makes no sense is refused in one clear line before
// main runs, also in a program that has no threads.
#include <stdio.h>

int main(void) {
  puts("main runs");
  return 0;
}
