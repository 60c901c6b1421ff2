; RUN: opt -load-pass-plugin=%plugin -passes=open-co,open-co-inline-base,verify -S %s | FileCheck %s
; RUN: opt -load-pass-plugin=%plugin '-passes=default<O0>' -S %s | FileCheck %s
; Intent: at the end of the pipeline no call is left on the fast path, even at -O0.
; CHECK: define {{.*}}void @f()
; CHECK: call ptr asm
; CHECK: br i1
; CHECK: call ptr @__oc_locals_init
; CHECK-NOT: @__oc_locals_origin
@x = thread_local global i32 0

define void @f() noinline optnone {
  store i32 1, ptr @x
  ret void
}
