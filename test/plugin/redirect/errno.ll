; RUN: opt -load-pass-plugin=%plugin '-passes=default<O2>' -S %s | FileCheck %s
; Intent: errno's address is found anew after a call that may change OS thread.
; CHECK: call {{.*}}@__oc___errno_location()
; CHECK: call {{.*}}@__oc_read(
; CHECK: call {{.*}}@__oc___errno_location()
; CHECK: ret i32
define i32 @f() {
  %a = call ptr @__errno_location() nounwind readnone willreturn
  store i32 0, ptr %a
  %r = call i64 @read(i32 0, ptr null, i64 0)
  %b = call ptr @__errno_location() nounwind readnone willreturn
  %e = load i32, ptr %b
  ret i32 %e
}

declare i64 @read(i32, ptr, i64)
declare ptr @__errno_location() nounwind readnone willreturn
