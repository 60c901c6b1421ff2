// RUN: rm -rf %t && mkdir %t && cd %t && echo 'write -> my_write' > list && echo 'fun:main' > ignored
//
// Nothing but a compilation needs them.
// RUN: %open_co_clang --open-co-redirects=list --open-co-ignorelist=ignored -E %s -o i.i
// RUN: %open_co_clang --open-co-redirects=list --open-co-ignorelist=ignored -c %S/assembly.s -o a.o
// RUN: %open_co_clang --open-co-redirects=list %S/assembly.s %S/Inputs/second.c -c
// RUN: %open_co_clang --open-co-redirects=list -c -x assembler-with-cpp %S/assembly.s -o a.o
// RUN: %open_co_clang --open-co-redirects=list --open-co-ignorelist=ignored --version
//
// A file that changes is a reason to compile again.
// RUN: %open_co_clang --open-co-redirects=list --open-co-ignorelist=ignored -MD -MF a.d -c %s -o a.o
// RUN: FileCheck --check-prefix=DEPENDENCY --input-file=a.d %s
//
// RUN: nm a.o | FileCheck --check-prefix=NATIVE %s
// RUN: %open_co_clang --open-co-redirects=list -c %s -o a.o && nm a.o | FileCheck --check-prefix=MINE %s
//
// What is wrong ends the compilation.
// RUN: echo nonsense > list
// RUN: not %open_co_clang --open-co-redirects=list -c %s 2>&1 | FileCheck --check-prefix=REDIRECTS %s
// RUN: not %open_co_clang --open-co-ignorelist=list -c %s 2>&1 | FileCheck --check-prefix=IGNORELIST %s
// RUN: not %open_co_clangxx --open-co-redirects=absent -x c++ -c %s 2>&1 | FileCheck --check-prefix=ABSENT %s
// RUN: not %open_co_clang --open-co-redirects= -c %s 2>&1 | FileCheck --check-prefix=EMPTY %s
// RUN: not %open_co_clang --open-co-redirects list -c %s 2>&1 | FileCheck --check-prefix=UNKNOWN %s
// Intent: the wrappers' options that name a file for the plugin.

// DEPENDENCY-DAG: list
// DEPENDENCY-DAG: ignored
// NATIVE: U write
// MINE: U my_write
// REDIRECTS: error: open-co: list:1: expected 'function -> replacement', got 'nonsense'
// IGNORELIST: error: open-co: list:1: expected 'fun:', 'src:', 'var:' or '[section]', got 'nonsense'
// ABSENT: error: open-co: cannot read 'absent': No such file or directory
// EMPTY: open-co: option '--open-co-redirects=' needs the name of a file
// UNKNOWN: open-co: unknown option '--open-co-redirects'; known: --open-co-ignorelist=FILE, --open-co-redirects=FILE, --open-co-report-native, --open-co-version
#include <unistd.h>

int main(void) { return write(1, "", 0) != 0; }
