; RUN: opt -load-pass-plugin=%plugin -passes=open-co,verify -S %s | FileCheck %s
; Intent: a name that an asm label gives, with or without \01, is libc's.
; CHECK: call i64 @__oc_read(i32 0, ptr null, i64 0)
; CHECK: call i64 @__oc_read(i32 1, ptr null, i64 0)
; CHECK: call i64 @__oc_write(
; CHECK-NOT: @"\01
define void @f() {
  call i64 @read(i32 0, ptr null, i64 0)
  call i64 @"\01read"(i32 1, ptr null, i64 0)
  call i64 @"\01write"(i32 0, ptr null, i64 0)
  ret void
}

declare i64 @read(i32, ptr, i64)
declare i64 @"\01read"(i32, ptr, i64)
declare i64 @"\01write"(i32, ptr, i64)
