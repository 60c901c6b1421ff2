; RUN: opt -load-pass-plugin=%plugin -passes=open-co,verify -S %s | FileCheck %s
; Intent: what clang makes for dynamic initialisation is converted, wrappers renamed.
; CHECK: $_ZTW1x.oc_local = comdat any
; CHECK: @__tls_guard.oc_local = internal global i8 0, section "oc_locals", align 1
; CHECK: @_ZTH1x = alias void (), ptr @__tls_init
; CHECK: call ptr @_ZTW1x.oc_local()
; CHECK: define weak_odr hidden {{.*}}ptr @_ZTW1x.oc_local() comdat
; CHECK-NEXT: call void @_ZTH1x()
; CHECK: define internal void @__tls_init()
; CHECK: %g = load i8, ptr %__tls_guard
; CHECK: define linkonce_odr hidden ptr @_ZTWSt1y() comdat
$_ZTW1x = comdat any
$_ZTWSt1y = comdat any
@x = thread_local global i32 0
@__tls_guard = internal thread_local global i8 0, align 1
@_ZTH1x = alias void (), ptr @__tls_init

define ptr @f() {
  %p = call ptr @_ZTW1x()
  ret ptr %p
}

define weak_odr hidden noundef ptr @_ZTW1x() comdat {
  call void @_ZTH1x()
  ret ptr @x
}

define internal void @__tls_init() {
  %g = load i8, ptr @__tls_guard
  store i8 1, ptr @__tls_guard
  store i32 3, ptr @x
  ret void
}

define linkonce_odr hidden ptr @_ZTWSt1y() comdat {
  ret ptr null
}
