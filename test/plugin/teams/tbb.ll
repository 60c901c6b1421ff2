; RUN: opt -load-pass-plugin=%plugin -passes=open-co,verify -S %s | FileCheck %s
; Intent: a function that has oneTBB run tasks asks for an OS thread to itself;
; one that only has memory of it does not.

; CHECK-LABEL: define void @tasks(
; CHECK-NEXT: call void @__oc_keep_os_thread()
; CHECK-NEXT: call void @_ZN3tbb6detail2r15spawnERNS0_2d14taskERNS2_18task_group_contextE(
define void @tasks(ptr %task, ptr %context) {
  call void @_ZN3tbb6detail2r15spawnERNS0_2d14taskERNS2_18task_group_contextE(ptr %task, ptr %context)
  ret void
}

; CHECK-LABEL: define ptr @memory(
; CHECK-NEXT: call ptr @_ZN3tbb6detail2r122cache_aligned_allocateEm(
define ptr @memory() {
  %p = call ptr @_ZN3tbb6detail2r122cache_aligned_allocateEm(i64 64)
  ret ptr %p
}

declare void @_ZN3tbb6detail2r15spawnERNS0_2d14taskERNS2_18task_group_contextE(ptr, ptr)
declare ptr @_ZN3tbb6detail2r122cache_aligned_allocateEm(i64)
