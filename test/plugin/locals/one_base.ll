; RUN: opt -load-pass-plugin=%plugin -passes=open-co,verify -S %s | FileCheck %s
; Intent: a function finds its coroutine's copy once, outside loops, and on no
; path that does not need it.
; CHECK-LABEL: define void @loop
; CHECK: call ptr @__oc_locals_origin()
; CHECK-NEXT: br label %head
; CHECK-NOT: @__oc_locals_origin()
; CHECK-LABEL: define void @cold
; CHECK: br i1 %c, label %rare, label %out
; CHECK: rare:
; CHECK-NEXT: call ptr @__oc_locals_origin()
; CHECK-NOT: @__oc_locals_origin()
; CHECK-LABEL: define i32 @both
; CHECK: call ptr @__oc_locals_origin()
; CHECK-NOT: @__oc_locals_origin()
; CHECK-LABEL: define void @dead
@x = thread_local global i32 0
@y = thread_local global i32 0

define void @loop(i32 %n) {
  br label %head
head:
  %i = phi i32 [ 0, %0 ], [ %next, %again ]
  br label %inner
inner:
  store i32 %i, ptr @x
  %c = icmp eq i32 %i, 3
  br i1 %c, label %inner, label %again
again:
  %next = add i32 %i, 1
  %more = icmp slt i32 %next, %n
  br i1 %more, label %head, label %out
out:
  ret void
}

define void @cold(i1 %c) {
  br i1 %c, label %rare, label %out
rare:
  store i32 1, ptr @x
  store i32 1, ptr @y
  br label %out
out:
  ret void
}

define i32 @both(i1 %c) {
  %local = alloca i32
  br i1 %c, label %a, label %b
a:
  store i32 1, ptr @x
  br label %b
b:
  %r = load i32, ptr @y
  ret i32 %r
}

define void @dead() {
  ret void
unreached:
  store i32 1, ptr @x
  br label %unreached
}
