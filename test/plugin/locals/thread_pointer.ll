; RUN: opt -load-pass-plugin=%plugin -passes=open-co,verify -S %s | FileCheck %s
; RUN: opt -load-pass-plugin=%plugin -passes=open-co,open-co,verify -S %s | FileCheck %s
; Intent: code that reads the thread pointer to know which thread it is, by
; inline assembly or by the builtin, asks the runtime; other assembly that uses
; %fs, and functions that are to stay native, are left alone.

; CHECK-LABEL: define i64 @number(
; CHECK: %[[N:.*]] = call ptr @__oc_thread_word(ptr null)
; CHECK-NEXT: %[[I:.*]] = ptrtoint ptr %[[N]] to i64
; CHECK-NEXT: ret i64 %[[I]]
define i64 @number() {
  %id = call i64 asm "movq %fs:0, $0", "=r,~{dirflag},~{fpsr},~{flags}"()
  ret i64 %id
}

; CHECK-LABEL: define ptr @self(
; CHECK: call ptr @__oc_thread_word(ptr inttoptr (i64 16 to ptr))
define ptr @self() {
  %id = call ptr asm sideeffect "mov %fs:0x10, $0;", "=r"()
  ret ptr %id
}

; CHECK-LABEL: define ptr @slot(
; CHECK: call ptr @__oc_thread_word(ptr %at)
define ptr @slot(ptr %at) {
  %word = call ptr asm "movq %fs:$1, $0", "=r,*m,~{dirflag},~{fpsr},~{flags}"(ptr elementtype(ptr) %at)
  ret ptr %word
}

; CHECK-LABEL: define ptr @builtin(
; CHECK: call ptr @__oc_thread_word(ptr null)
declare ptr @llvm.thread.pointer()
define ptr @builtin() {
  %id = call ptr @llvm.thread.pointer()
  ret ptr %id
}

; CHECK-LABEL: define void @others(
; CHECK-NOT: __oc_thread_word
define void @others(ptr %at) "open_co.native" {
  %id = call i64 asm "movq %fs:0, $0", "=r"()
  ret void
}
; CHECK-LABEL: define i64 @different(
; CHECK-NOT: __oc_thread_word
; CHECK: ret i64 %sum
define i64 @different(ptr %at, i64 %value) {
  call void asm sideeffect "movq $0, %fs:8", "r"(i64 %value)
  %half = call i32 asm "movl %fs:0, $0", "=r"()
  %sum = call i64 asm "addq %fs:0, $0", "=r,0"(i64 %value)
  %canary = call i64 asm "movq %fs:40, $0; xorq $0, $0", "=r"()
  ret i64 %sum
}
