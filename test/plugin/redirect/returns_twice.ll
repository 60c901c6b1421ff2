; RUN: opt -load-pass-plugin=%plugin -passes=open-co,verify -S %s | FileCheck %s
; Intent: the attributes that code generation relies on stay.
; CHECK: call i32 @__oc_vfork() [[CALL:#[0-9]+]]
; CHECK: declare i32 @__oc_vfork() [[DECL:#[0-9]+]]
; CHECK: declare void @__oc_exit(i32 noundef signext) [[EXIT:#[0-9]+]]
; CHECK-DAG: attributes [[CALL]] = { {{.*}}returns_twice{{.*}} }
; CHECK-DAG: attributes [[DECL]] = { {{.*}}returns_twice{{.*}} }
; CHECK-DAG: attributes [[EXIT]] = { noreturn "frame-pointer"="all" }
define i32 @f() {
  %r = call i32 @vfork() nounwind returns_twice
  ret i32 %r
}

declare i32 @vfork() returns_twice nounwind
declare void @exit(i32 noundef signext) noreturn nounwind "frame-pointer"="all"
