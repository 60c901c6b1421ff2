; RUN: opt -load-pass-plugin=%plugin -passes=open-co,verify -S %s | FileCheck %s
; Intent: libc's inline version of a function goes, else the inliner would use it.
; CHECK: call i32 @__oc_sleep(i32 1)
; CHECK-NOT: define
; CHECK: declare i32 @__oc_sleep(i32)
; CHECK-NOT: @sleep
define i32 @f() {
  %r = call i32 @sleep(i32 1)
  ret i32 %r
}

define available_externally i32 @sleep(i32 %n) personality ptr @__gxx_personality_v0 {
  %again = call i32 @sleep(i32 %n)
  ret i32 %again
}

declare i32 @__gxx_personality_v0(...)
