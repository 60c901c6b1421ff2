; RUN: split-file %s %t
; RUN: not opt -load-pass-plugin=%plugin -passes=open-co -S %t/hook.ll 2>&1 | FileCheck %s -DTRIPLE=aarch64-unknown-linux-gnu
; RUN: not opt -load-pass-plugin=%plugin -passes=open-co -S %t/local.ll 2>&1 | FileCheck %s -DTRIPLE=x86_64-unknown-linux-musl
; RUN: opt -load-pass-plugin=%plugin -passes=open-co -S %t/nothing.ll
; Intent: another target is refused, if there is anything to rewrite.
; CHECK: error: open-co: target '[[TRIPLE]]' is not supported; only x86_64-linux-gnu is
;--- hook.ll
target triple = "aarch64-unknown-linux-gnu"
declare i64 @read(i32, ptr, i64)
;--- local.ll
target triple = "x86_64-unknown-linux-musl"
@x = thread_local global i32 0
;--- nothing.ll
target triple = "aarch64-unknown-linux-gnu"
declare i64 @unrelated()
