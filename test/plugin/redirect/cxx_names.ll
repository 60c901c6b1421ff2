; RUN: opt -load-pass-plugin=%plugin -passes=open-co,verify -S %s | FileCheck %s
; Intent: entries of the C++ runtime are redirected by their mangled names.
; CHECK: declare void @__oc__ZNSt6thread4joinEv(ptr)
; CHECK: declare i32 @__oc___cxa_guard_acquire(ptr)
; CHECK: declare void @__oc__ZNSt18condition_variable4waitERSt11unique_lockISt5mutexE(ptr, ptr)
declare void @_ZNSt6thread4joinEv(ptr)
declare i32 @__cxa_guard_acquire(ptr)
declare void @_ZNSt18condition_variable4waitERSt11unique_lockISt5mutexE(ptr, ptr)
