; RUN: opt -load-pass-plugin=%plugin -passes=open-co,verify -S %s | FileCheck %s
; Intent: an address that comes from a block is computed in that block, once.
; CHECK: entry:
; CHECK: %locals = call ptr @__oc_locals_origin()
; CHECK: %x = getelementptr
; CHECK-NOT: getelementptr
; CHECK: switch
; CHECK: other:
; CHECK-NEXT: %y = getelementptr
; CHECK: phi ptr [ %x, %entry ], [ %x, %entry ], [ %y, %other ]
@x = thread_local global i32 0
@y = thread_local global i32 0

define ptr @f(i32 %n) {
entry:
  switch i32 %n, label %other [
    i32 0, label %out
    i32 1, label %out
  ]
other:
  br label %out
out:
  %p = phi ptr [ @x, %entry ], [ @x, %entry ], [ @y, %other ]
  ret ptr %p
}
