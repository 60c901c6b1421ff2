; RUN: split-file %s %t
; RUN: opt -load=%plugin -load-pass-plugin=%plugin -open-co-redirects=%t/list -passes=open-co,verify -S %t/m.ll | FileCheck %s
; Intent: names of all kinds are redirected: aliases, ifuncs, weak and inline
;         definitions, asm labels; what refers to a definition itself is not.

;--- list
an_alias -> other_alias
an_ifunc -> other_ifunc
weak -> other_weak
inline -> other_inline
label -> other_label
jumps -> other_jumps

;--- m.ll
target triple = "x86_64-pc-linux-gnu"

; CHECK: @labels = global ptr blockaddress(@jumps, %there)
@labels = global ptr blockaddress(@jumps, %there)
; CHECK: @nested = global { i32, [2 x { ptr, ptr }] } { i32 1, [2 x { ptr, ptr }] [{ ptr, ptr } { ptr @other_alias, ptr null }, { ptr, ptr } { ptr @unrelated, ptr @other_jumps }] }
@nested = global { i32, [2 x { ptr, ptr }] } { i32 1, [2 x { ptr, ptr }] [{ ptr, ptr } { ptr @an_alias, ptr null }, { ptr, ptr } { ptr @unrelated, ptr @jumps }] }
@llvm.global_ctors = appending global [1 x { i32, ptr, ptr }] [{ i32, ptr, ptr } { i32 1, ptr @jumps, ptr null }]
; CHECK: @llvm.global_ctors = {{.*}} ptr @jumps,

; CHECK: @an_alias = alias void (), ptr @unrelated
@an_alias = alias void (), ptr @unrelated
; CHECK: @an_ifunc = ifunc void (), ptr @resolver
@an_ifunc = ifunc void (), ptr @resolver

declare extern_weak void @weak()
declare void @"\01label"()

define available_externally void @inline() {
  ret void
}

define void @unrelated() {
  ret void
}

define ptr @resolver() {
  ret ptr @unrelated
}

define void @jumps() {
  br label %there
there:
  ret void
}

; CHECK-LABEL: define void @user(
; CHECK: call void @other_alias()
; CHECK: call void @other_ifunc()
; CHECK: call void @other_weak()
; CHECK: call void @other_inline()
; CHECK: call void @other_label()
; CHECK: icmp eq ptr %p, @other_jumps
; CHECK: invoke void @other_jumps()
; CHECK: musttail call void @other_jumps()
define void @user(ptr %p) personality ptr @unrelated {
  call void @an_alias()
  call void @an_ifunc()
  call void @weak()
  call void @inline()
  call void @"\01label"()
  %1 = icmp eq ptr %p, @jumps
  invoke void @jumps() to label %normal unwind label %pad
normal:
  ret void
pad:
  %2 = landingpad { ptr, i32 } cleanup
  resume { ptr, i32 } %2
}
define void @tail() {
  musttail call void @jumps()
  ret void
}
; CHECK-DAG: declare void @other_weak()
; CHECK-DAG: declare void @other_label()
