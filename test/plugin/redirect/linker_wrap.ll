; RUN: opt -load-pass-plugin=%plugin -passes=open-co,verify -S %s | FileCheck %s
; Intent: what the linker's --wrap=read uses exists for --wrap=__oc_read, too; a
;         call of __wrap_read itself is no concern of the linker's.
; CHECK: @__wrap___oc_read = alias i64 (i32, ptr, i64), ptr @__wrap_read
; CHECK-NOT: @__wrap___oc_write
define i64 @__wrap_read(i32 %fd, ptr %buf, i64 %n) {
  ; CHECK: call i64 @__real___oc_read(
  %r = call i64 @__real_read(i32 %fd, ptr %buf, i64 %n)
  ; CHECK: call i64 @__real___oc_write(
  %s = call i64 @__real_write(i32 %fd, ptr %buf, i64 %n)
  ; CHECK: call i64 @__wrap_write(
  %t = call i64 @__wrap_write(i32 %fd, ptr %buf, i64 %n)
  ; CHECK: call void @__real_other(
  call void @__real_other()
  ret i64 %r
}

; CHECK-DAG: declare i64 @__real___oc_read(
; CHECK-DAG: declare extern_weak i64 @__real___oc_write(
declare i64 @__real_read(i32, ptr, i64)
declare extern_weak i64 @__real_write(i32, ptr, i64)
declare i64 @__wrap_write(i32, ptr, i64)
declare void @__real_other()
