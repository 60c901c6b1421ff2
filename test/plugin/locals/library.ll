; RUN: opt -load-pass-plugin=%plugin -passes=open-co,verify -S %s | FileCheck %s
; RUN: opt -load-pass-plugin=%plugin -passes=open-co,open-co-inline-base,verify -S %s | FileCheck %s --check-prefix=INLINED
; Intent: code that may be linked into a shared library finds that library's
; copy, knows that its exported variables may be others', and tells the runtime
; when the library comes and goes.
; CHECK: @x.oc_local = global i32 7, section "oc_locals"
; CHECK: @d.oc_local = dso_local global i32 8, section "oc_locals"
; CHECK: @p.oc_local = protected global i32 9, section "oc_locals"
; CHECK-NOT: preinit
; CHECK-NOT: @__oc_locals_base
; CHECK: @llvm.global_ctors = {{.*}} { i32 0, ptr @__oc_locals_do_attach, ptr @__oc_locals_do_attach }
; CHECK: @llvm.global_dtors = {{.*}} { i32 0, ptr @__oc_locals_do_detach, ptr @__oc_locals_do_detach }
; CHECK-LABEL: define void @f()
; CHECK: %locals = call ptr @__oc_locals_library_origin()
; CHECK: %x = call ptr @__oc_locals_address(ptr %locals, ptr @x.oc_local)
; CHECK: %d = getelementptr i8, ptr %locals
; CHECK: %p = getelementptr i8, ptr %locals
; CHECK-LABEL: define linkonce_odr hidden ptr @__oc_locals_library_origin() {{.*}}comdat
; CHECK: %origins = call ptr asm "movq __oc_locals_origins@gottpoff(%rip), $0\0A\09movq %fs:($0), $0", "=r"()
; CHECK: %slot = load atomic i64, ptr @__oc_locals_slot monotonic
; CHECK: icmp ult i64 %slot, %size
; CHECK: %made = call ptr @__oc_locals_init(ptr @__oc_locals_slot, ptr @__start_oc_locals, ptr @__stop_oc_locals)
; CHECK: define linkonce_odr hidden void @__oc_locals_do_attach() comdat
; CHECK-NEXT: call void @__oc_locals_attach(ptr @__oc_locals_slot, ptr @__start_oc_locals, ptr @__stop_oc_locals)
; CHECK: define linkonce_odr hidden void @__oc_locals_do_detach() comdat
; CHECK-NEXT: call void @__oc_locals_detach(ptr @__oc_locals_slot)
; INLINED-NOT: @__oc_locals_library_origin
; INLINED-NOT: @__oc_locals_address
@x = thread_local global i32 7
@d = dso_local thread_local global i32 8
@p = protected thread_local global i32 9

define void @f() {
  store i32 1, ptr @x
  store i32 2, ptr @d
  store i32 3, ptr @p
  ret void
}
!llvm.module.flags = !{!0}
!0 = !{i32 7, !"PIC Level", i32 2}
