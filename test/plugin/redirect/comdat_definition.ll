; RUN: opt -load-pass-plugin=%plugin -passes=open-co,verify %s -o %t.bc
; RUN: opt -S %t.bc | FileCheck %s
; RUN: llc -filetype=obj %t.bc -o %t.o
; RUN: %llvm_bin/llvm-readelf -g -s %t.o | FileCheck %s --check-prefix=ELF
; Intent: the second name of a definition lies in the same COMDAT, kept or dropped with it.
; CHECK: @__oc_nanosleep = linkonce_odr alias i32 (ptr, ptr), ptr @nanosleep
; CHECK: define linkonce_odr i32 @nanosleep({{.*}}) comdat
; ELF: WEAK {{.*}} [[#%d,SECTION:]] nanosleep
; ELF: WEAK {{.*}} [[#SECTION]] __oc_nanosleep
; ELF: COMDAT group section {{.*}} [nanosleep]
; ELF: .text.nanosleep
target triple = "x86_64-unknown-linux-gnu"
$nanosleep = comdat any

define linkonce_odr i32 @nanosleep(ptr %a, ptr %b) comdat {
  ret i32 0
}

@llvm.used = appending global [1 x ptr] [ptr @nanosleep], section "llvm.metadata"
