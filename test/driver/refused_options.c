// RUN: not %open_co_clang -fsanitize=safe-stack -c %s -o %t.o 2>&1 | FileCheck --check-prefix=STACK %s
// RUN: not %open_co_clang -fsanitize=undefined,safe-stack %s -o %t 2>&1 | FileCheck --check-prefix=STACK %s
// RUN: not %clang -fplugin=%plugin -fpass-plugin=%plugin -fsanitize=safe-stack -c %s -o %t.o 2>&1 | FileCheck --check-prefix=PLUGIN %s
// RUN: not %open_co_clang -fsanitize=dataflow -c %s -o %t.o 2>&1 | FileCheck --check-prefix=DATAFLOW %s
// RUN: not %open_co_clang -fno-emulated-tls -femulated-tls -c %s -o %t.o 2>&1 | FileCheck --check-prefix=TLS %s
// RUN: %open_co_clang -fsanitize=safe-stack -fno-sanitize=safe-stack -femulated-tls -fno-emulated-tls %s -o %t && %t
// RUN: %open_co_clang -fsanitize=dataflow -fno-sanitize=all %s -o %t && %t
// Intent: what cannot work with coroutines is refused, unless it is taken back.

// STACK: open-co: option '-fsanitize=safe-stack' is not supported: its second stack belongs to an OS thread; leave it out, or use clang
// STACK-NOT: {{.}}
// PLUGIN: error: open-co: -fsanitize=safe-stack is not supported: its second stack belongs to an OS thread; leave it out
// DATAFLOW: open-co: option '-fsanitize=dataflow' is not supported: the runtime's functions have none of its names;
// TLS: open-co: option '-femulated-tls' is not supported: thread_local variables belong to coroutines;
int main(void) { return 0; }
