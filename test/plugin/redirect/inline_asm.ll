; RUN: opt -load-pass-plugin=%plugin -passes=open-co,verify -S %s | FileCheck %s
; Intent: assembly is left as it is.
; CHECK: module asm "call read"
; CHECK: call i64 asm sideeffect "call read", "={ax}"()
module asm "call read"

define i64 @f() {
  %r = call i64 asm sideeffect "call read", "={ax}"()
  ret i64 %r
}

declare i64 @read(i32, ptr, i64)
