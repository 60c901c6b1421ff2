; RUN: opt -load-pass-plugin=%plugin -passes=open-co,verify -S %s | FileCheck %s
; Intent: addresses within constant expressions and aggregates are taken apart.
; CHECK-LABEL: define i32 @f()
; CHECK: %a = getelementptr i8, ptr %locals, i64 ptrtoint (ptr @a.oc_local to i64)
; CHECK: [[P:%[0-9]+]] = getelementptr {{.*}}ptr %a
; CHECK: load i32, ptr [[P]]
; CHECK-LABEL: define i1 @g()
; CHECK: [[I:%[0-9]+]] = ptrtoint ptr %{{.*}} to i64
; CHECK: icmp eq i64 [[I]], 0
; CHECK-LABEL: define { ptr, i32, ptr } @h()
; CHECK: insertvalue { ptr, i32, ptr } { ptr @other, i32 3, ptr poison }, ptr %a, 2
; CHECK-LABEL: define <2 x ptr> @v()
; CHECK: insertelement <2 x ptr> poison, ptr %a, i{{32|64}} 0
@a = thread_local global [8 x i32] zeroinitializer
@other = global i32 0

define i32 @f() {
  %r = load i32, ptr getelementptr inbounds ([8 x i32], ptr @a, i64 0, i64 3)
  ret i32 %r
}

define i1 @g() {
  %r = icmp eq i64 ptrtoint (ptr @a to i64), 0
  ret i1 %r
}

define { ptr, i32, ptr } @h() {
  ret { ptr, i32, ptr } { ptr @other, i32 3, ptr @a }
}

define <2 x ptr> @v() {
  ret <2 x ptr> <ptr @a, ptr @other>
}
