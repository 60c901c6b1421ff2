; RUN: opt -load-pass-plugin=%plugin -passes=open-co,verify -S %s | FileCheck %s
; Intent: a call through another prototype (K&R C) needs no signature from us.
; CHECK: call i32 (...) @__oc_read()
; CHECK: call i32 @__oc_write(i8 1)
; CHECK: declare i32 @__oc_read(...)
; CHECK: declare i64 @__oc_write(i32, ptr, i64)
define void @f() {
  %r = call i32 (...) @read()
  %s = call i32 @write(i8 1)
  ret void
}

declare i32 @read(...)
declare i64 @write(i32, ptr, i64)
