; REQUIRES: threadlocal-address
; RUN: opt -load-pass-plugin=%plugin -passes=open-co,verify -S %s | FileCheck %s
; Intent: a C++ coroutine may be resumed in another of ours: each use finds its own copy.
; CHECK: call ptr @__oc_locals_origin()
; CHECK: store i32 1
; CHECK: call void @suspend()
; CHECK: call ptr @__oc_locals_origin()
; CHECK: store i32 2
@x = thread_local global i32 0

define void @f() presplitcoroutine {
  store i32 1, ptr @x
  call void @suspend()
  store i32 2, ptr @x
  ret void
}

declare void @suspend()
