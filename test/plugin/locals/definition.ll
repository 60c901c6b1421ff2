; RUN: opt -load-pass-plugin=%plugin -passes=open-co,verify -S %s | FileCheck %s
; Intent: a thread_local becomes an ordinary variable that holds the initial value.
; CHECK: @x.oc_local = dso_local global i32 7, section "oc_locals", align 4
; CHECK: @s.oc_local = internal global i64 0, section "oc_locals"
; CHECK: @h.oc_local = hidden global [3 x ptr] [ptr @target, ptr null, ptr null], section "oc_locals", align 64
; CHECK: @c.oc_local = dso_local global i32 9, section "oc_locals"
; CHECK: @__oc_locals_slot = linkonce_odr hidden global i64 -1, section "oc_locals", comdat
; CHECK: @__start_oc_locals = external hidden global i8
; CHECK: @__stop_oc_locals = external hidden global i8
; CHECK: @__oc_locals_preinit = linkonce_odr hidden global ptr @__oc_locals_do_attach, section ".preinit_array", comdat
; CHECK: @__oc_locals_base = linkonce_odr thread_local(localexec) global ptr null, comdat
; CHECK: @llvm.compiler.used = {{.*}}@__oc_locals_preinit, ptr @__oc_locals_base
; CHECK-LABEL: define i32 @f()
; CHECK: %locals = call ptr @__oc_locals_origin()
; CHECK: %x = getelementptr i8, ptr %locals, i64 ptrtoint (ptr @x.oc_local to i64)
; CHECK: %v = load i32, ptr %x
; CHECK-LABEL: define linkonce_odr hidden ptr @__oc_locals_origin() {{.*}}comdat
; CHECK: %base = call ptr asm "movq %fs:__oc_locals_base@tpoff, $0", "=r"()
; CHECK: %made = call ptr @__oc_locals_init(ptr @__oc_locals_slot, ptr @__start_oc_locals, ptr @__stop_oc_locals)
; CHECK: %origin = phi ptr [ %base, %0 ], [ %made, %none ]
; CHECK: ret ptr %origin
@x = thread_local global i32 7, align 4
@s = internal thread_local(localexec) unnamed_addr global i64 0
@h = hidden thread_local global [3 x ptr] [ptr @target, ptr null, ptr null], align 64
@c = thread_local constant i32 9
@target = global i32 0

define i32 @f() {
  %v = load i32, ptr @x
  store i64 1, ptr @s
  ret i32 %v
}
