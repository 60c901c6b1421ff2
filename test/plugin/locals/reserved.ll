; RUN: opt -load-pass-plugin=%plugin -passes=open-co,verify -S %s | FileCheck %s
; Intent: the C++ library's and the runtime's own thread_locals stay native.
; CHECK: @_ZSt15__once_callable = external thread_local global ptr
; CHECK: @_ZNSt3fooE = external thread_local global ptr
; CHECK: @_ZGVNSt3fooE = external thread_local global i8
; CHECK: @__oc_locals_base = external thread_local(initialexec) global ptr
; CHECK: @__mine.oc_local = internal global i32 0
; CHECK: @_ZN6NotStd3fooE.oc_local = external global ptr
; CHECK-LABEL: define void @f()
; CHECK: [[AT:%.*]] = call ptr @__oc_os_thread_address._ZSt15__once_callable()
; CHECK: store ptr null, ptr [[AT]]
@_ZSt15__once_callable = external thread_local global ptr
@_ZNSt3fooE = external thread_local global ptr
@_ZGVNSt3fooE = external thread_local global i8
@__oc_locals_base = external thread_local(initialexec) global ptr
@__mine = internal thread_local global i32 0
@_ZN6NotStd3fooE = external thread_local global ptr

define void @f() {
  store ptr null, ptr @_ZSt15__once_callable
  store i32 0, ptr @__mine
  ret void
}
