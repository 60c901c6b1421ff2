; RUN: opt -load-pass-plugin=%plugin -passes=open-co,verify -S %s | FileCheck %s
; Intent: an inline variable's COMDAT is renamed with it, and takes its guard along.
; CHECK: $x.oc_local = comdat any
; CHECK: @x.oc_local = linkonce_odr dso_local global i32 0, section "oc_locals", comdat, align 4
; CHECK: @_ZGV1x.oc_local = linkonce_odr dso_local global i64 0, section "oc_locals", comdat($x.oc_local)
; CHECK: define internal void @init() comdat($x.oc_local)
; CHECK: define linkonce_odr ptr @inline_function() comdat
$x = comdat any
$inline_function = comdat any
@x = linkonce_odr thread_local global i32 0, comdat, align 4
@_ZGV1x = linkonce_odr thread_local global i64 0, comdat($x)

define internal void @init() comdat($x) {
  store i32 1, ptr @x
  store i64 1, ptr @_ZGV1x
  ret void
}

define linkonce_odr ptr @inline_function() comdat {
  call void @init()
  ret ptr @x
}
