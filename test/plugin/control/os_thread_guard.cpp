// RUN: split-file %s %t
// RUN: %clangxx %rewrite -mllvm -open-co-ignorelist=%t/list -S -emit-llvm %t/m.cpp -o - | FileCheck %s
// Intent: what initialises variables that are all left to the OS thread is left
//         so, too, also where another file defines them.

//--- list
[locals]
var:N::*

//--- m.cpp
struct Object {
  Object();
  ~Object();
  int Value;
};

// CHECK-DAG: @_ZN1N4hereE = {{.*}}thread_local
// CHECK-DAG: @_ZN1N5thereE = {{.*}}thread_local
// CHECK-DAG: @__tls_guard = {{.*}}thread_local
// CHECK-DAG: @converted.oc_local =
namespace N {
thread_local Object here;
extern thread_local Object there;
} // namespace N
thread_local int converted;

// CHECK-DAG: call i32 @__cxa_thread_atexit(
// CHECK-DAG: define {{.*}}@_ZTWN1N4hereE(
// CHECK-DAG: define {{.*}}@_ZTWN1N5thereE(
int user() { return N::here.Value + N::there.Value + converted; }
