; RUN: opt -load-pass-plugin=%plugin '-passes=default<O2>' -S %s | FileCheck %s
; RUN: opt -load-pass-plugin=%plugin '-passes=default<O2>' %s -o %t.bc
; RUN: llc -relocation-model=pic %t.bc -o - | FileCheck %s --check-prefix=ASM
; Intent: nothing of the OS thread is kept across a call, and code is as short as can be.
; CHECK-LABEL: define {{.*}}void @f(
; CHECK: call ptr asm
; CHECK-NOT: call ptr asm
; CHECK-NOT: @__oc_locals_origin
; ASM-LABEL: f:
; ASM-NOT: %fs:0
; ASM: movq %fs:__oc_locals_base@TPOFF, %r{{[a-z0-9]+}}
; ASM-NOT: %fs:
; ASM: callq suspend
; ASM-NOT: %fs:
; ASM: retq
target triple = "x86_64-unknown-linux-gnu"
@x = thread_local global i32 0
@y = thread_local global i32 0

define void @f() {
  %a = load i32, ptr @x
  %a1 = add i32 %a, 1
  store i32 %a1, ptr @x
  call void @suspend()
  %b = load i32, ptr @x
  store i32 %b, ptr @y
  ret void
}

declare void @suspend()
