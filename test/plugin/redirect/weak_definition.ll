; RUN: opt -load-pass-plugin=%plugin -passes=open-co,verify -S %s | FileCheck %s
; Intent: a weak definition gives way under both names.
; CHECK: @__oc_sleep = weak alias i32 (i32), ptr @sleep
; CHECK: define weak i32 @sleep(
define weak i32 @sleep(i32 %n) {
  ret i32 0
}
