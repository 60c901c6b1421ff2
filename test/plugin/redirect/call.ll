; RUN: opt -load-pass-plugin=%plugin -passes=open-co,verify -S %s | FileCheck %s
; Intent: a call of a libc function becomes a call of its wrapper, nothing else.
; CHECK-NOT: @read(
; CHECK: call i64 @__oc_read(i32 %fd, ptr %buf, i64 %n)
; CHECK: call i64 @unrelated(
; CHECK: declare i64 @__oc_read(i32, ptr, i64)
; CHECK-NOT: @read(
define i64 @f(i32 %fd, ptr %buf, i64 %n) {
  %r = call i64 @read(i32 %fd, ptr %buf, i64 %n)
  %s = call i64 @unrelated(i64 %r)
  ret i64 %s
}

declare i64 @read(i32, ptr, i64)
declare i64 @unrelated(i64)
