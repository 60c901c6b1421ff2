; RUN: opt -load-pass-plugin=%plugin -passes=open-co,verify -S %s -o %t.once
; RUN: opt -load-pass-plugin=%plugin -passes=open-co,verify,open-co,verify -S %s -o %t.twice
; RUN: diff %t.once %t.twice
; RUN: FileCheck %s < %t.twice
; Intent: running the pass again changes nothing.
; CHECK: @__oc_write = alias
; CHECK: call i64 @__oc_read(
; CHECK: __oc_locals_origin
define i64 @write(i32 %fd, ptr %buf, i64 %n) {
  %r = call i64 @read(i32 %fd, ptr @x, i64 %n)
  ret i64 %r
}

@x = thread_local global [4 x i8] zeroinitializer
declare i64 @read(i32, ptr, i64)
