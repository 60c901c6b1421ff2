; RUN: opt -load-pass-plugin=%plugin -passes=open-co,verify -S %s | FileCheck %s
; Intent: tail and notail markers survive.
; CHECK: tail call i32 @__oc_close(i32 %a)
; CHECK: notail call i32 @__oc_close(i32 %b)
define void @f(i32 %a, i32 %b) {
  %r = tail call i32 @close(i32 %a)
  %s = notail call i32 @close(i32 %b)
  ret void
}

declare i32 @close(i32)
