; RUN: %open_co_clang -Wno-override-module -c %s -o %t.o && nm %t.o | FileCheck %s
; RUN: %clang -Wno-override-module -emit-llvm -c %s -o %t.bc
; RUN: %open_co_clang -Wno-override-module -c %t.bc -o %t.o
; RUN: nm %t.o | FileCheck %s
; RUN: %open_co_clang -Wno-override-module -c -x ir - -o %t.o < %s
; RUN: nm %t.o | FileCheck %s
; RUN: %open_co_clang -Wno-override-module %s -o %t && %t
; Intent: IR and bitcode are rewritten like sources.

; CHECK-NOT: {{ }}sleep
; CHECK: __oc_sleep
target triple = "x86_64-pc-linux-gnu"

declare i32 @sleep(i32)

define i32 @main() {
  %left = call i32 @sleep(i32 0)
  ret i32 %left
}
