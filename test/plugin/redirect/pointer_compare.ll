; RUN: opt -load-pass-plugin=%plugin -passes=open-co,verify -S %s | FileCheck %s
; Intent: pointers to libc functions still compare equal to what tables hold.
; CHECK: icmp eq ptr %p, @__oc_read
; CHECK: phi ptr [ @__oc_read, %0 ], [ @__oc_write, %other ]
define ptr @f(ptr %p) {
  %same = icmp eq ptr %p, @read
  br i1 %same, label %out, label %other
other:
  br label %out
out:
  %q = phi ptr [ @read, %0 ], [ @write, %other ]
  ret ptr %q
}

declare i64 @read(i32, ptr, i64)
declare i64 @write(i32, ptr, i64)
