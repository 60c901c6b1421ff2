; RUN: opt -load-pass-plugin=%plugin -passes=open-co,verify -S %s | FileCheck %s
; Intent: variadic functions keep their type, and calls their arguments.
; CHECK: call i32 (i32, i32, ...) @__oc_fcntl(i32 %fd, i32 4, i32 2048)
; CHECK: declare i32 @__oc_fcntl(i32, i32, ...)
define i32 @f(i32 %fd) {
  %r = call i32 (i32, i32, ...) @fcntl(i32 %fd, i32 4, i32 2048)
  ret i32 %r
}

declare i32 @fcntl(i32, i32, ...)
