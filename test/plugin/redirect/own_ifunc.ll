; RUN: opt -load-pass-plugin=%plugin -passes=open-co,verify -S %s | FileCheck %s
; Intent: a program's own ifunc gets the wrapper's name as a second ifunc.
; CHECK-DAG: @poll = ifunc i32 (ptr, i64, i32), ptr @choose
; CHECK-DAG: @__oc_poll = ifunc i32 (ptr, i64, i32), ptr @choose
@poll = ifunc i32 (ptr, i64, i32), ptr @choose

define internal ptr @choose() {
  ret ptr null
}
