// RUN: not %open_co_clang --target=aarch64-linux-gnu -c %s -o %t.o 2>&1 | FileCheck --check-prefix=ARM %s
// RUN: not %open_co_clang -m32 -c %s -o %t.o 2>&1 | FileCheck --check-prefix=I386 %s
// RUN: not %open_co_clang -mx32 -c %s -o %t.o 2>&1 | FileCheck --check-prefix=X32 %s
// RUN: not %open_co_clang --target=x86_64-linux-musl -O2 %s -o %t 2>&1 | FileCheck --check-prefix=MUSL %s
// RUN: not %open_co_clang --target=x86_64-unknown-freebsd -S %s -o %t.s 2>&1 | FileCheck --check-prefix=FREEBSD %s
// RUN: %open_co_clang --target=x86_64-suse-linux -c %s -o %t.o && nm %t.o | FileCheck --check-prefix=SUSE %s
// RUN: %open_co_clang --target=aarch64-linux-gnu -DNOTHING -c %s -o %t.o
// Intent: another CPU or libc is an error that names the target, where there is
//         something to rewrite.

// ARM: error: open-co: target 'aarch64-unknown-linux-gnu' is not supported; only x86_64-linux-gnu is
// I386: error: open-co: target 'i386-pc-linux-gnu' is not supported; only x86_64-linux-gnu is
// X32: error: open-co: target 'x86_64-pc-linux-gnux32' is not supported; only x86_64-linux-gnu is
// MUSL: error: open-co: target 'x86_64-unknown-linux-musl' is not supported; only x86_64-linux-gnu is
// FREEBSD: error: open-co: target 'x86_64-unknown-freebsd' is not supported; only x86_64-linux-gnu is
// SUSE: U __oc_write
#ifdef NOTHING
int main(void) { return 0; }
#else
long write(int, const void *, unsigned long);
int main(void) { return write(1, "", 0) != 0; }
#endif
