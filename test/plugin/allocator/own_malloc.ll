; RUN: opt -load-pass-plugin=%plugin -passes=open-co,verify -S %s | FileCheck %s
; RUN: opt -load-pass-plugin=%plugin -passes=open-co,open-co,verify -S %s | FileCheck %s
; Intent: a malloc of the program says when it begins and ends, on every way
; out, and only once; a static one, and one that is only declared, do not.

; CHECK-LABEL: define ptr @malloc(
; CHECK-NEXT: entry:
; CHECK-NEXT: %size = alloca i64
; CHECK-NEXT: call void @__oc_enter_allocator()
; CHECK-NEXT: store
; CHECK: small:
; CHECK-NEXT: call void @__oc_leave_allocator()
; CHECK-NEXT: ret ptr null
; CHECK: large:
; CHECK-NEXT: call ptr @map
; CHECK-NEXT: call void @__oc_leave_allocator()
; CHECK-NEXT: ret ptr %p
; CHECK: never:
; CHECK-NEXT: unreachable
define ptr @malloc(i64 %n) {
entry:
  %size = alloca i64
  store i64 %n, ptr %size
  switch i64 %n, label %large [ i64 0, label %small
                                i64 1, label %never ]
small:
  ret ptr null
large:
  %p = call ptr @map(i64 %n)
  ret ptr %p
never:
  unreachable
}

; Nothing may come between the call and the return.
; CHECK-LABEL: define ptr @calloc(
; CHECK-NEXT: call void @__oc_enter_allocator()
; CHECK-NEXT: call void @__oc_leave_allocator()
; CHECK-NEXT: musttail call ptr @zeroed
; CHECK-NEXT: ret
define ptr @calloc(i64 %n, i64 %size) {
  %p = musttail call ptr @zeroed(i64 %n, i64 %size)
  ret ptr %p
}

; An alias: what it stands for.
; CHECK-LABEL: define internal void @my_free(
; CHECK-NEXT: call void @__oc_enter_allocator()
; CHECK-NEXT: call void @__oc_leave_allocator()
; CHECK-NEXT: ret void
@free = weak alias void (ptr), ptr @my_free
define internal void @my_free(ptr %p) {
  ret void
}

; CHECK-LABEL: define internal ptr @realloc(
; CHECK-NEXT: ret
define internal ptr @realloc(ptr %p, i64 %n) {
  ret ptr %p
}

; CHECK-LABEL: define ptr @use(
; CHECK-NEXT: call ptr @realloc
; CHECK-NEXT: call ptr @memalign
; CHECK-NEXT: ret
define ptr @use(ptr %p) {
  %q = call ptr @realloc(ptr %p, i64 8)
  %r = call ptr @memalign(i64 8, i64 8)
  ret ptr %r
}

declare ptr @map(i64)
declare ptr @zeroed(i64, i64)
declare ptr @memalign(i64, i64)
