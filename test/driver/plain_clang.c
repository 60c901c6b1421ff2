// RUN: %clang -fpass-plugin=%plugin %s -L%build/lib -Wl,-rpath,%build/lib -lopen-co -o %t && %t
// RUN: nm %t | FileCheck %s
// RUN: %clang -O2 -fplugin=%plugin -fpass-plugin=%plugin -c %s -o %t.o
// RUN: %clang %t.o -L%build/lib -Wl,-rpath,%build/lib -lopen-co -o %t && %t
// RUN: nm %t | FileCheck %s
// Intent: the plugin and the runtime work without the wrappers.

// CHECK: __oc_write
#include <unistd.h>

int main(void) { return write(1, "", 0) != 0; }
