; RUN: opt -load-pass-plugin=%plugin -passes=open-co,verify -S %s | FileCheck %s
; Intent: bitcode linked from a file that defines read and one that was rewritten.
; CHECK: @__oc_read = alias i64 (i32, ptr, i64), ptr @read
; CHECK: call i32 @__oc_read()
; CHECK-NOT: declare
define i64 @read(i32 %fd, ptr %buf, i64 %n) {
  ret i64 0
}

define void @f() {
  call i32 @__oc_read()
  ret void
}

declare i32 @__oc_read()
