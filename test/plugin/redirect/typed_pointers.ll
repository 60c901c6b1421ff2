; REQUIRES: typed-pointers
; RUN: %llvm_bin/opt -opaque-pointers=0 -load-pass-plugin=%plugin -passes=open-co,verify -S %s | FileCheck %s
; Intent: with typed pointers, a mismatch is bridged by a cast.
; CHECK: call i64 bitcast (void ()* @__oc_read to i64 (i32, i8*, i64)*)(i32 0, i8* null, i64 0)
; CHECK: call void bitcast (i64 (i32, i8*, i64)* @__oc_write to void ()*)()
; CHECK: bitcast i8* %{{.*}} to i32*
define i32 @f() {
  call i64 @read(i32 0, i8* null, i64 0)
  call void bitcast (i64 (i32, i8*, i64)* @write to void ()*)() readnone
  %v = load i32, i32* @x
  ret i32 %v
}

@x = thread_local global i32 1
declare i64 @read(i32, i8*, i64)
declare void @__oc_read()
declare i64 @write(i32, i8*, i64)
