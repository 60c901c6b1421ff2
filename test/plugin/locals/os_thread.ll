; RUN: opt -load-pass-plugin=%plugin -passes=open-co,verify -S %s | FileCheck %s
; RUN: opt -load-pass-plugin=%plugin -passes=open-co,open-co,verify -S %s | FileCheck %s
; RUN: opt -load-pass-plugin=%plugin '-passes=default<O3>,verify' -S %s | FileCheck --check-prefix=O3 %s
; RUN: opt -load-pass-plugin=%plugin '-passes=open-co,lto<O3>,verify' -S %s | FileCheck --check-prefix=O3 %s
; Intent: the address of a library's thread_local is found anew at each use, since
; the OS thread changes; LLVM neither merges the calls nor takes them out of a loop.
@_ZSt15__once_callable = external thread_local global ptr

; CHECK-LABEL: define void @f(
; CHECK-COUNT-2: call ptr @__oc_os_thread_address._ZSt15__once_callable()
; CHECK: ret void
; O3-LABEL: define void @f(
; O3: loop:
; O3: call {{(fastcc )?}}ptr @__oc_os_thread_address._ZSt15__once_callable()
; O3: call void @suspends()
; O3: call {{(fastcc )?}}ptr @__oc_os_thread_address._ZSt15__once_callable()
; O3: br i1
define void @f(i32 %n) {
  br label %loop
loop:
  %i = phi i32 [ %n, %0 ], [ %j, %loop ]
  store ptr null, ptr @_ZSt15__once_callable
  call void @suspends()
  store ptr null, ptr getelementptr (i8, ptr @_ZSt15__once_callable, i64 0)
  %j = sub i32 %i, 1
  %done = icmp eq i32 %j, 0
  br i1 %done, label %end, label %loop
end:
  ret void
}

; CHECK: define internal ptr @__oc_os_thread_address._ZSt15__once_callable()
; CHECK-NOT: define internal
declare void @suspends()
