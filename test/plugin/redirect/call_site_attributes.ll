; RUN: opt -load-pass-plugin=%plugin -passes=open-co,verify -S %s | FileCheck %s
; Intent: the same at calls, but for nounwind: what surrounds them relies on it.
; CHECK: call ptr @__oc___errno_location() [[NOUNWIND:#[0-9]+]]
; CHECK: call i32 @__oc_close(i32 0){{$}}
; CHECK: call i32 %indirect() [[OTHER:#[0-9]+]]
; CHECK: attributes [[NOUNWIND]] = { nounwind }
; CHECK: attributes [[OTHER]] = { {{.*}}willreturn{{.*}} }
define void @f(ptr %indirect) {
  %p = call ptr @__errno_location() nounwind readnone willreturn
  %q = call i32 @close(i32 0) nofree nosync readonly builtin
  %r = call i32 %indirect() readnone willreturn
  ret void
}

declare ptr @__errno_location()
declare i32 @close(i32) nobuiltin
