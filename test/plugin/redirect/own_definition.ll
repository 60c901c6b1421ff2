; RUN: opt -load-pass-plugin=%plugin -passes=open-co,verify -S %s | FileCheck %s
; Intent: a program's own read stays, and its other files reach it as __oc_read.
; CHECK: @__oc_read = hidden alias i64 (i32, ptr, i64), ptr @read
; CHECK: define hidden i64 @read(
; CHECK: call i64 @read(
define hidden i64 @read(i32 %fd, ptr %buf, i64 %n) {
  ret i64 0
}

define i64 @f() {
  %r = call i64 @read(i32 0, ptr null, i64 0)
  ret i64 %r
}
