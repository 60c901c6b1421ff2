; RUN: opt -load-pass-plugin=%plugin -passes=open-co,verify -S %s | FileCheck %s
; Intent: a module that already knows the wrapper, under any type, has one of it.
; CHECK: call i64 @__oc_read(i32 0, ptr null, i64 0)
; CHECK: call void @__oc_read()
; CHECK: declare void @__oc_read()
; CHECK-NOT: declare
define void @f() {
  call i64 @read(i32 0, ptr null, i64 0)
  call void @__oc_read()
  ret void
}

declare i64 @read(i32, ptr, i64)
declare void @__oc_read()
