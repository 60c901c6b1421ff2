// RUN: env OPEN_CO_LLVM= %open_co_clang -c %s -o %t.o
// RUN: env -u OPEN_CO_LLVM %open_co_clang -c %s -o %t.o
// RUN: env OPEN_CO_LLVM=%llvm %open_co_clang -E -dM -x c /dev/null | grep '__clang_major__ %llvm'
// RUN: not env OPEN_CO_LLVM=9 %open_co_clang -c %s 2>&1 | FileCheck --check-prefix=OLD %s
// RUN: not env OPEN_CO_LLVM=9 %open_co_clang --version 2>&1 | FileCheck --check-prefix=OLD %s
// RUN: not env OPEN_CO_LLVM=clang-19 %open_co_clang -c %s 2>&1 | FileCheck --check-prefix=TEXT %s
// RUN: not env OPEN_CO_LLVM=-1 %open_co_clang -c %s 2>&1 | FileCheck --check-prefix=NEGATIVE %s
// Intent: OPEN_CO_LLVM chooses the release; a wrong one says what there is.

// OLD: open-co: OPEN_CO_LLVM is 9, for which there is no plugin in /{{.*}}; available:{{( [0-9]+)+$}}
// OLD-NOT: {{.}}
// TEXT: open-co: OPEN_CO_LLVM is 'clang-19', not a major version of LLVM; available:{{( [0-9]+)+$}}
// TEXT-NOT: {{.}}
// NEGATIVE: open-co: OPEN_CO_LLVM is '-1', not a major version
int main(void) { return 0; }
