; RUN: opt -load-pass-plugin=%plugin -passes=open-co,verify -S %s | FileCheck %s
; Intent: a variable that is called like a libc function is not that function.
; CHECK: @signal = global i32 0
; CHECK: @raise = external global i32
; CHECK-NOT: __oc_
@signal = global i32 0
@raise = external global i32

define i32 @f() {
  %a = load i32, ptr @raise
  ret i32 %a
}
