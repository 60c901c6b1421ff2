; RUN: split-file %s %t
; RUN: not opt -load-pass-plugin=%plugin -passes=open-co -S %t/section.ll 2>&1 | FileCheck %s --check-prefix=SECTION
; RUN: not opt -load-pass-plugin=%plugin -passes=open-co -S %t/alias.ll 2>&1 | FileCheck %s --check-prefix=ALIAS
; RUN: not opt -load-pass-plugin=%plugin -passes=open-co -S %t/space.ll 2>&1 | FileCheck %s --check-prefix=SPACE
; RUN: not opt -load-pass-plugin=%plugin -passes=open-co -S %t/align.ll 2>&1 | FileCheck %s --check-prefix=ALIGN
; RUN: not opt -load-pass-plugin=%plugin -passes=open-co -S %t/initializer.ll 2>&1 | FileCheck %s --check-prefix=INIT
; Intent: what cannot be converted is an error that names the variable.
; SECTION: error: open-co: cannot make thread_local variable 'x' local to a coroutine: it has a section of its own
; ALIAS: error: open-co: cannot make thread_local variable 'a' local to a coroutine: it is an alias
; SPACE: error: open-co: cannot make thread_local variable 'x' local to a coroutine: it is in an address space of its own
; ALIGN: error: open-co: cannot make thread_local variable 'x' local to a coroutine: its alignment is above 4096
; INIT: error: open-co: cannot make thread_local variable 'x' local to a coroutine: its address is in the initial value of another variable
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
