; RUN: %opt -S %s | FileCheck %s
; RUN: %opt -S %s | %opt -S | FileCheck %s
; Intent: the pass runs by name in opt, and running it again changes nothing.

; CHECK-NOT: @sleep
; CHECK: call i32 @__oc_sleep(i32 0)
; CHECK-NOT: @sleep
target triple = "x86_64-pc-linux-gnu"

declare i32 @sleep(i32)

define i32 @main() {
  %left = call i32 @sleep(i32 0)
  ret i32 %left
}
