// RUN: %open_co_clang -O2 -g -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE -pie %s -o %t && %t
// RUN: %open_co_clang -Weverything -Wno-unsafe-buffer-usage -Wno-unknown-warning-option %s -o %t && %t
// RUN: %open_co_clang -Wl,--as-needed -Wl,--gc-sections -Wl,-z,relro -Wl,-z,now %s -lm -o %t && %t
// RUN: %open_co_clang -I %S -D A=1 -include stddef.h -isystem /usr/include %s -o %t -L /usr/lib -u main -Xlinker --build-id -z now && %t
// RUN: %open_co_clang --output=%t --std=c11 %s && %t
// RUN: %open_co_clang -### %s 2>&1 | FileCheck %s
// RUN: cd %T && rm -f a.out && %open_co_clang %s && ./a.out
// Intent: options that take a value, alone and joined, are not inputs.

// CHECK: "-fpass-plugin={{[^"]*}}libOpenCoPass.so"
// CHECK: "-lopen-co"
#include <unistd.h>

int main(void) { return (int)write(1, "", 0); }
