; RUN: opt -load-pass-plugin=%plugin -passes=open-co,verify -S %s | FileCheck %s
; Intent: weak, common and available_externally variables link as before.
; CHECK: @w.oc_local = weak dso_local global i32 1, section "oc_locals"
; CHECK: @c.oc_local = weak dso_local global i32 0, section "oc_locals"
; CHECK: @a.oc_local = external global i32{{$}}
; CHECK: @e.oc_local = extern_weak global i32
; CHECK: %e = call ptr @__oc_locals_address(ptr %locals, ptr @e.oc_local)
; CHECK: ret ptr %e
@w = weak thread_local global i32 1
@c = common thread_local global i32 0
@a = available_externally thread_local global i32 3
@e = extern_weak thread_local global i32

define ptr @f() {
  %v = load i32, ptr @a
  ret ptr @e
}
