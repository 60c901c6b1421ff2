; RUN: opt -load-pass-plugin=%plugin -passes=open-co,verify -S %s | FileCheck %s
; Intent: bitcode linked from rewritten and other files has one variable in the end.
; CHECK: @x.oc_local = dso_local global i32 1, section "oc_locals"
; CHECK: @y.oc_local = global i32 2, section "oc_locals"
; CHECK-NOT: @x.oc_local{{.}}
; CHECK-NOT: @y.oc_local{{.}}
; CHECK: ptrtoint (ptr @x.oc_local to i64)
; CHECK: @__oc_locals_address(ptr %locals, ptr @y.oc_local)
; CHECK: ptr @x.oc_local
@x = thread_local global i32 1
@x.oc_local = external global i32
@y = external thread_local global i32
@y.oc_local = global i32 2, section "oc_locals"

define void @f() {
  store i32 1, ptr @x
  store i32 1, ptr @y
  store i32 1, ptr @x.oc_local
  ret void
}
