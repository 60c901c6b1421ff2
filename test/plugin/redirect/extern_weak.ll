; RUN: opt -load-pass-plugin=%plugin -passes=open-co,verify -S %s | FileCheck %s
; Intent: a weak reference becomes a strong one, else a static runtime stays out.
; CHECK: @p = global ptr @__oc_pthread_create
; CHECK: declare i32 @__oc_pthread_create(
@p = global ptr @pthread_create

declare extern_weak i32 @pthread_create(ptr, ptr, ptr, ptr)
