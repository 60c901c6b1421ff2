; RUN: opt -load-pass-plugin=%plugin -passes=open-co,verify -S %s | FileCheck %s
; RUN: opt -load-pass-plugin=%plugin -passes=open-co,open-co,verify -S %s | FileCheck %s
; Intent: a function that calls OpenMP's library asks for an OS thread to itself
; first, and once; one that is native, or calls no such function, does not.

; CHECK-LABEL: define void @region(
; CHECK-NEXT: %n = alloca i32
; CHECK-NEXT: call void @__oc_keep_os_thread()
; CHECK-NEXT: call void @omp_set_num_threads(
; CHECK-NEXT: call void (ptr, i32, ptr, ...) @__kmpc_fork_call(
define void @region() {
  %n = alloca i32
  call void @omp_set_num_threads(i32 4)
  call void (ptr, i32, ptr, ...) @__kmpc_fork_call(ptr null, i32 0, ptr @team)
  ret void
}

; CHECK-LABEL: define void @native(
; CHECK-NEXT: call void @omp_set_num_threads(
define void @native() "open_co.native" {
  call void @omp_set_num_threads(i32 4)
  ret void
}

; CHECK-LABEL: define void @other(
; CHECK-NEXT: call void @omp_of_the_programs_own()
define void @other() {
  call void @omp_of_the_programs_own()
  ret void
}

define void @omp_of_the_programs_own() {
  ret void
}

declare void @team(ptr, ptr)
declare void @omp_set_num_threads(i32)
declare void @__kmpc_fork_call(ptr, i32, ptr, ...)
