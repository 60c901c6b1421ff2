; RUN: opt -load-pass-plugin=%plugin -passes=open-co,verify -S %s | FileCheck %s
; RUN: opt -load-pass-plugin=%plugin -passes=open-co,verify -S %s | FileCheck --check-prefix=ONCE %s
; Intent: what defines a thread_local for others makes the image known, though
; nothing here uses one.
; CHECK: @x.oc_local = dso_local global i32 7, section "oc_locals"
; CHECK: @__oc_locals_preinit = linkonce_odr hidden global ptr @__oc_locals_do_attach, section ".preinit_array", comdat
; CHECK: define linkonce_odr hidden void @__oc_locals_do_attach() comdat
; ONCE-COUNT-1: define linkonce_odr hidden void @__oc_locals_do_attach
; ONCE-NOT: define {{.*}}@__oc_locals_do_attach
@x = thread_local global i32 7, align 4
@y = weak thread_local global i32 8, align 4
