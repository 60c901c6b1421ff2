; RUN: opt -load-pass-plugin=%plugin -passes=open-co,verify -S %s | FileCheck %s
; Intent: another file's thread_local is found under its new name; it may be a
; library's.
; CHECK: @x.oc_local = external global i32
; CHECK: @h.oc_local = external hidden global i32
; CHECK-LABEL: define void @f()
; CHECK: %x = call ptr @__oc_locals_address(ptr %locals, ptr @x.oc_local)
; CHECK: store i32 1, ptr %x
; CHECK: %h = getelementptr i8, ptr %locals, i64 ptrtoint (ptr @h.oc_local to i64)
; CHECK: store i32 1, ptr %h
; CHECK-LABEL: define linkonce_odr hidden ptr @__oc_locals_address(ptr %0, ptr %1) {{.*}}comdat
; CHECK: sub {{.*}}@__stop_oc_locals{{.*}}@__start_oc_locals
; CHECK: here:
; CHECK-NEXT: getelementptr i8, ptr %0
; CHECK: elsewhere:
; CHECK-NEXT: call ptr @__oc_locals_elsewhere(ptr %1)
@x = external thread_local global i32
@h = external hidden thread_local global i32

define void @f() {
  store i32 1, ptr @x
  store i32 1, ptr @h
  ret void
}
