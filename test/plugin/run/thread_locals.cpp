// RUN: %clangxx -std=c++17 -O0 %s %S/../Inputs/thread_locals_b.cpp -I%S/../Inputs -pthread -o %t.native
// RUN: %t.native > %t.expected
// RUN: FileCheck %s --input-file=%t.expected
// RUN: %clang -O2 -c -I%include %S/../Inputs/runtime.c -o %t.runtime.o
// RUN: %clangxx -std=c++17 -O0 -g %rewrite %s %S/../Inputs/thread_locals_b.cpp %t.runtime.o -I%S/../Inputs -pthread -o %t.O0
// RUN: %t.O0 | diff - %t.expected
// RUN: %clangxx -std=c++17 -O2 -g %rewrite %s %S/../Inputs/thread_locals_b.cpp %t.runtime.o -I%S/../Inputs -pthread -o %t.O2
// RUN: %t.O2 | diff - %t.expected
// RUN: %clangxx -std=c++17 -O2 -fno-pic -no-pie %rewrite %s %S/../Inputs/thread_locals_b.cpp %t.runtime.o -I%S/../Inputs -pthread -o %t.nopic
// RUN: %t.nopic | diff - %t.expected
// RUN: %clangxx -std=c++17 -Os -fPIE -ffunction-sections -fdata-sections -Wl,--gc-sections %rewrite %s %S/../Inputs/thread_locals_b.cpp %t.runtime.o -I%S/../Inputs -pthread -o %t.gc
// RUN: %t.gc | diff - %t.expected
// RUN: %clangxx -std=c++17 -O3 %lld -ffunction-sections -fdata-sections -Wl,--gc-sections %rewrite %s %S/../Inputs/thread_locals_b.cpp %t.runtime.o -I%S/../Inputs -pthread -o %t.lld
// RUN: %t.lld | diff - %t.expected
// RUN: %clangxx -std=c++17 -O2 %lld -flto %rewrite %s %S/../Inputs/thread_locals_b.cpp %t.runtime.o -I%S/../Inputs -pthread -o %t.lto
// RUN: %t.lto | diff - %t.expected
// RUN: %clangxx -std=c++17 -O2 %lld -flto=thin %rewrite %s %S/../Inputs/thread_locals_b.cpp %t.runtime.o -I%S/../Inputs -pthread -o %t.thinlto
// RUN: %t.thinlto | diff - %t.expected
// RUN: %llvm_bin/llvm-readelf -lsW %t.O2 | FileCheck %s --check-prefix=ELF
// Intent: C++ thread_locals of all kinds, in two files, behave as natively.

// The program has no TLS of its own left but the runtime's pointers.
// ELF: TLS {{.*}} 0x000000 0x000018
// ELF: .oc_local

#include "thread_locals.h"

static thread_local int *Pointer = &Plain;
static __thread int Table[16] = {1, 2, 3};

static void work(int Round) {
  int Sum = 0;
  for (int I = 0; I < 16; ++I)
    Sum += Table[I] += Round;
  *Pointer += Round;
  Holder<int>::Value += 1;
  Global.Name += "!";
  printf("%d %d %d %d %s\n", Round, Sum, Plain, Weak++, Global.Name.c_str());
  printf("%d %d %d\n", Holder<int>::Value, functionLocal().Value, otherHalf());
  printf("%ld %d %d\n", Holder<long>::Value, Inline.Value, InlinePlain);
}

// CHECK: 1 22 8 11 global!
// CHECK-NEXT: 41 104 {{[0-9]+}}
// CHECK: 2 54 10 12 global!!
// CHECK: ~
// CHECK: 7 118 14 11 global!
int main() {
  work(1);
  work(2);
  std::thread([] { work(3), work(4); }).join();
  work(5);
  std::thread([] { work(7); }).join();
}
