; RUN: split-file %s %t
; RUN: not opt -load-pass-plugin=%plugin -passes=open-co -S %t/pic.ll 2>&1 | FileCheck %s --check-prefix=PIC
; RUN: opt -load-pass-plugin=%plugin -passes=open-co -S %t/pie.ll | FileCheck %s --check-prefix=PIE
; RUN: opt -load-pass-plugin=%plugin -passes=open-co -S %t/pic_reserved.ll | FileCheck %s --check-prefix=RESERVED
; RUN: not opt -load-pass-plugin=%plugin -passes=open-co -S %t/section.ll 2>&1 | FileCheck %s --check-prefix=SECTION
; RUN: not opt -load-pass-plugin=%plugin -passes=open-co -S %t/alias.ll 2>&1 | FileCheck %s --check-prefix=ALIAS
; RUN: not opt -load-pass-plugin=%plugin -passes=open-co -S %t/space.ll 2>&1 | FileCheck %s --check-prefix=SPACE
; RUN: not opt -load-pass-plugin=%plugin -passes=open-co -S %t/align.ll 2>&1 | FileCheck %s --check-prefix=ALIGN
; RUN: not opt -load-pass-plugin=%plugin -passes=open-co -S %t/initializer.ll 2>&1 | FileCheck %s --check-prefix=INIT
; Intent: what cannot be converted is an error that names the variable.
; PIC: error: open-co: cannot make thread_local variable 'x' local to a coroutine: code for shared libraries (-fPIC) is not supported yet; compile with -fPIE, or without the plugin
; PIE: @x.oc_local = external dso_local global i32
; RESERVED: @_ZSt15__once_callable = external thread_local global ptr
; SECTION: error: open-co: cannot make thread_local variable 'x' local to a coroutine: it has a section of its own
; ALIAS: error: open-co: cannot make thread_local variable 'a' local to a coroutine: it is an alias
; SPACE: error: open-co: cannot make thread_local variable 'x' local to a coroutine: it is in an address space of its own
; ALIGN: error: open-co: cannot make thread_local variable 'x' local to a coroutine: its alignment is above 4096
; INIT: error: open-co: cannot make thread_local variable 'x' local to a coroutine: its address is in the initial value of another variable
;--- pic.ll
@x = external thread_local global i32
!llvm.module.flags = !{!0}
!0 = !{i32 7, !"PIC Level", i32 2}
;--- pie.ll
@x = external thread_local global i32
!llvm.module.flags = !{!0, !1}
!0 = !{i32 7, !"PIC Level", i32 2}
!1 = !{i32 7, !"PIE Level", i32 2}
;--- pic_reserved.ll
@_ZSt15__once_callable = external thread_local global ptr
!llvm.module.flags = !{!0}
!0 = !{i32 7, !"PIC Level", i32 2}
;--- section.ll
@x = thread_local global i32 0, section ".mine"
;--- alias.ll
@x = thread_local global i32 0
@a = thread_local alias i32, ptr @x
;--- space.ll
@x = thread_local addrspace(256) global i32 0
;--- align.ll
@x = thread_local global i32 0, align 8192
;--- initializer.ll
@x = thread_local global [2 x i32] zeroinitializer
@p = global { i32, ptr } { i32 0, ptr getelementptr ([2 x i32], ptr @x, i64 0, i64 1) }
