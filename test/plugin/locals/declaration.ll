; RUN: opt -load-pass-plugin=%plugin -passes=open-co,verify -S %s | FileCheck %s
; Intent: another file's thread_local is found under its new name.
; CHECK: @x.oc_local = external dso_local global i32
; CHECK: store i32 1, ptr %x
@x = external thread_local global i32

define void @f() {
  store i32 1, ptr @x
  ret void
}
