// RUN: rm -rf %t && mkdir -p %t/lib/open-co && cp -a %build/bin %t/bin
// RUN: not %t/bin/open-co-clang -c %s 2>&1 | FileCheck -DDIR=%t --check-prefix=PLUGIN %s
//
// A plugin without a clang, which is found neither in its place nor in PATH.
// RUN: mkdir %t/lib/open-co/llvm-99 && cp %plugin %t/lib/open-co/llvm-99
// RUN: not env -u OPEN_CO_LLVM %t/bin/open-co-clang -c %s 2>&1 | FileCheck --check-prefix=CLANG %s
// RUN: not env OPEN_CO_LLVM=99 %t/bin/open-co-clang -c %s 2>&1 | FileCheck --check-prefix=CLANG99 %s
//
// One in PATH.
// RUN: mkdir %t/path && ln -s %clang %t/path/clang-99
// RUN: env PATH=%t/path:$PATH OPEN_CO_LLVM=99 %t/bin/open-co-clang -dumpversion
//
// Without the runtime, compiling works and linking says what is missing.
// RUN: ln -s %build/lib/open-co/llvm-%llvm %t/lib/open-co/llvm-%llvm
// RUN: %t/bin/open-co-clang -Werror -c %s -o %t/out.o
// RUN: not %t/bin/open-co-clang %t/out.o -o %t/out 2>&1 | FileCheck -DDIR=%t --check-prefix=SHARED %s
// RUN: not %t/bin/open-co-clang -static %t/out.o -o %t/out 2>&1 | FileCheck -DDIR=%t --check-prefix=STATIC %s
// Intent: an incomplete installation names what is missing, the place and a cure.

// PLUGIN: open-co: no plugin found, looked for [[DIR]]/lib/open-co/llvm-N/libOpenCoPass.so; run scripts/build or install open-co again
// PLUGIN-NOT: {{.}}
// CLANG: open-co: no clang found for the plugins of LLVM 99, looked for /usr/lib/llvm-N/bin/clang and clang-N in PATH; install one
// CLANG-NOT: {{.}}
// CLANG99: open-co: OPEN_CO_LLVM is 99, but there is no /usr/lib/llvm-99/bin/clang and no clang-99 in PATH; available: none
// SHARED: open-co: libopen-co.so is missing, looked for [[DIR]]/lib/libopen-co.so; run scripts/build or install open-co again
// SHARED-NOT: {{.}}
// STATIC: open-co: libopen-co.a is missing, looked for [[DIR]]/lib/libopen-co.a; run scripts/build or install open-co again
int main(void) { return 0; }
