; RUN: opt -load-pass-plugin=%plugin -passes=open-co,verify -S %s | FileCheck %s
; Intent: a table of operations, initialised with libc functions, blocks politely.
; CHECK: @slot = global ptr @__oc_read
; CHECK: @ops = constant { i32, [2 x ptr] } { i32 1, [2 x ptr] [ptr @__oc_recv, ptr @__oc_send] }
@slot = global ptr @read
@ops = constant { i32, [2 x ptr] } { i32 1, [2 x ptr] [ptr @recv, ptr @send] }

declare i64 @read(i32, ptr, i64)
declare i64 @recv(i32, ptr, i64, i32)
declare i64 @send(i32, ptr, i64, i32)
