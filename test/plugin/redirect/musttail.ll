; RUN: opt -load-pass-plugin=%plugin -passes=open-co,verify -S %s | FileCheck %s
; Intent: a musttail call stays one.
; CHECK: %r = musttail call i64 @__oc_write(i32 %fd, ptr %p, i64 %n)
; CHECK-NEXT: ret i64 %r
define i64 @f(i32 %fd, ptr %p, i64 %n) {
  %r = musttail call i64 @write(i32 %fd, ptr %p, i64 %n)
  ret i64 %r
}

declare i64 @write(i32, ptr, i64)
