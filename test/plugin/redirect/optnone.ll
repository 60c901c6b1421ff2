; RUN: opt -load-pass-plugin=%plugin '-passes=default<O0>' -S %s | FileCheck %s
; RUN: opt -load-pass-plugin=%plugin '-passes=default<O2>' -S %s | FileCheck %s
; Intent: the pass runs by itself in clang's pipelines, for optnone code too.
; CHECK: define {{.*}} @f(
; CHECK: call i32 @__oc_sleep(i32 1)
define i32 @f() noinline optnone {
  %r = call i32 @sleep(i32 1)
  ret i32 %r
}

declare i32 @sleep(i32)
