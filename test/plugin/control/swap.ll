; RUN: split-file %s %t
; RUN: opt -load=%plugin -load-pass-plugin=%plugin -open-co-redirects=%t/list -passes=open-co,verify -S %t/m.ll | FileCheck %s
; Intent: each use is redirected once: chains do not add up, a cycle swaps.

;--- list
a -> b
b -> a
c -> d
d -> e

;--- m.ll
target triple = "x86_64-pc-linux-gnu"

; CHECK: @table = global [4 x ptr] [ptr @b, ptr @a, ptr @d, ptr @e]
@table = global [4 x ptr] [ptr @a, ptr @b, ptr @c, ptr @d]

declare void @a()
declare void @c()
declare void @d()

; CHECK-LABEL: define void @user(
; CHECK: call void @b()
; CHECK: call void @a()
; CHECK: call void @d()
; CHECK: call void @e()
define void @user() {
  call void @a()
  call void @b()
  call void @c()
  call void @d()
  ret void
}

; It is the replacement of a, so that a is the original here; b is not.
; CHECK-LABEL: define void @b(
; CHECK: call void @a()
; CHECK: call void @a()
define void @b() {
  call void @a()
  call void @b()
  ret void
}
