// RUN: %open_co_clang -E %s -o - | FileCheck --check-prefix=E %s
// RUN: %open_co_clang -M %s | FileCheck --check-prefix=M %s
// RUN: %open_co_clang -MM %s | FileCheck --check-prefix=M %s
// RUN: %open_co_clang -fsyntax-only %s
// RUN: %open_co_clang -dM -E - < /dev/null | FileCheck --check-prefix=DM %s
// RUN: %open_co_clang -MD -MF %t.d -c %s -o %t.o && FileCheck --check-prefix=M %s < %t.d
// RUN: %open_co_clang -MMD -MP -MT target -MF %t.d -c %s -o %t.o
// Intent: what makes no code gives what clang gives, without a warning.

// E: int main(void)
// M: no_code.c
// DM: #define __clang_major__
int main(void) { return 0; }
