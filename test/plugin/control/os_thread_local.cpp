// RUN: split-file %s %t
// RUN: %clangxx %rewrite -I%include -S -emit-llvm %t/m.cpp -o - | FileCheck %s
// RUN: %clangxx %rewrite -I%include -O2 -S -emit-llvm %t/m.cpp -o - | FileCheck %s
// RUN: not %clangxx %rewrite -I%include -mllvm -open-co-ignorelist=%t/list -c %t/m.cpp -o %t/m.o 2>&1 | FileCheck %s --check-prefix=ERROR
// Intent: a variable left to the OS thread keeps its guard, its access function
//         and libc's registration of its destructor; others are converted. Both
//         kinds cannot share one initialisation.


//--- list
[locals]
var:N::first

//--- m.cpp
#include <open_co/attributes.h>

struct Object {
  Object();
  ~Object();
  int Value;
};

namespace N {
thread_local Object first;
thread_local Object second;
} // namespace N


// CHECK-DAG: @_ZN1N5firstE.oc_local =
// CHECK-DAG: @__tls_guard.oc_local =
// CHECK-DAG: @_ZZ4uservE4kept = {{.*}}thread_local
// CHECK-DAG: @_ZGVZ4uservE4kept = {{.*}}thread_local
// CHECK-DAG: @_ZZ4uservE9converted.oc_local =
// CHECK-DAG: call i32 @__cxa_thread_atexit(
// CHECK-DAG: @__oc_os_thread_address._ZZ4uservE4kept()
// CHECK-DAG: call i32 @__oc___cxa_thread_atexit(
int user() {
  OPEN_CO_OS_THREAD_LOCAL static thread_local Object kept;
  static thread_local Object converted;
  return kept.Value + converted.Value + N::first.Value + N::second.Value;
}
// ERROR: error: open-co: thread_local variables '_ZN1N5firstE', left to the OS thread, and '_ZN1N6secondE' are initialised together; put one into another file
