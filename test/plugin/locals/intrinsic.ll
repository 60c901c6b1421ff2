; REQUIRES: threadlocal-address
; RUN: opt -load-pass-plugin=%plugin -passes=open-co,verify -S %s | FileCheck %s
; Intent: the intrinsic that takes a thread_local's address is replaced.
; CHECK-NOT: threadlocal.address
; CHECK: %x = getelementptr i8, ptr %locals, i64 ptrtoint (ptr @x.oc_local to i64)
; CHECK-NEXT: ret ptr %x
; CHECK-NOT: call {{.*}}threadlocal.address
@x = thread_local global i32 0

define ptr @f() {
  %p = call align 4 ptr @llvm.threadlocal.address.p0(ptr align 4 @x)
  ret ptr %p
}

declare ptr @llvm.threadlocal.address.p0(ptr)
