; RUN: opt -load-pass-plugin=%plugin -passes=open-co,verify -S %s | FileCheck %s
; Intent: a program may define a libc function as an alias, even as a weak one.
; CHECK-DAG: @sleep = weak alias i32 (i32), ptr @impl
; CHECK-DAG: @usleep = alias i32 (i32), ptr @impl
; CHECK-DAG: @__oc_sleep = weak alias i32 (i32), ptr @impl
; CHECK-DAG: @__oc_usleep = alias i32 (i32), ptr @impl
@sleep = weak alias i32 (i32), ptr @impl
@usleep = alias i32 (i32), ptr @impl

define internal i32 @impl(i32 %n) {
  ret i32 0
}
