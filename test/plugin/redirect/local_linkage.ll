; RUN: opt -load-pass-plugin=%plugin -passes=open-co,verify -S %s | FileCheck %s
; Intent: a static function is not libc's, whatever its name.
; CHECK-NOT: __oc_poll
; CHECK: call i32 @poll(
; CHECK: define internal i32 @poll(
; CHECK-NOT: __oc_poll
define i32 @f() {
  %r = call i32 @poll(ptr null, i64 0, i32 0)
  ret i32 %r
}

define internal i32 @poll(ptr %fds, i64 %n, i32 %ms) {
  ret i32 0
}
