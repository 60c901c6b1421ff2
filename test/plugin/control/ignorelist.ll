; RUN: split-file %s %t
; RUN: opt -load=%plugin -load-pass-plugin=%plugin -open-co-ignorelist=%t/list -open-co-redirects=%t/redirects -passes=open-co,verify -S %t/m.ll | FileCheck %s
; RUN: opt -load=%plugin -load-pass-plugin=%plugin -open-co-ignorelist=%t/list -open-co-redirects=%t/redirects -passes=open-co,open-co,verify -S %t/m.ll | FileCheck %s
; RUN: opt -load=%plugin -load-pass-plugin=%plugin -open-co-ignorelist=%t/source -open-co-redirects=%t/redirects -passes=open-co,verify -S %t/m.ll | FileCheck %s --check-prefix=SOURCE
; RUN: opt -load=%plugin -load-pass-plugin=%plugin -open-co-ignorelist=%t/original -open-co-redirects=%t/redirects -passes=open-co,verify -S %t/m.ll | FileCheck %s --check-prefix=ORIGINAL
; Intent: functions, variables and files in the ignore list keep libc's names,
;         or the originals', but errno is asked for afresh all the same.

;--- redirects
usleep -> my_usleep

;--- list
fun:native*
var:raw_?able
[user-redirect]
fun:_ZN2ns8original*
fun:ns::demangled(int)
[lo*]
var:stays

;--- source
[open-co]
src:*/c++/m.c

;--- original
[user-redirect]
src:*/c++/m.c

;--- m.ll
source_filename = "/home/c++/m.c"
target triple = "x86_64-pc-linux-gnu"

; CHECK-DAG: @table = global [2 x ptr] [ptr @__oc_read, ptr @my_usleep]
; SOURCE-DAG: @table = global [2 x ptr] [ptr @read, ptr @usleep]
; ORIGINAL-DAG: @table = global [2 x ptr] [ptr @__oc_read, ptr @__oc_usleep]
@table = global [2 x ptr] [ptr @read, ptr @usleep]
; CHECK-DAG: @raw_table = global [2 x ptr] [ptr @read, ptr @usleep]
@raw_table = global [2 x ptr] [ptr @read, ptr @usleep]
; CHECK-DAG: @stays = thread_local global i32 0
; SOURCE-DAG: @stays = thread_local global i32 0
@stays = thread_local global i32 0
; CHECK-DAG: @goes.oc_local = {{.*}}global i32 0
; SOURCE-DAG: @goes = thread_local global i32 0
@goes = thread_local global i32 0

declare i64 @read(i32, ptr, i64)
declare i32 @usleep(i32)
declare ptr @__errno_location()

; CHECK-LABEL: define void @native(
; CHECK: call i64 @read(i32 0, ptr null, i64 0)
; CHECK: call i32 @usleep(i32 0)
; CHECK: call ptr @__oc___errno_location()
; SOURCE-LABEL: define void @native(
; SOURCE: call i64 @read(i32 0, ptr null, i64 0)
; SOURCE: call i32 @usleep(i32 0)
; SOURCE: call ptr @__oc___errno_location()
define void @native() {
  call i64 @read(i32 0, ptr null, i64 0)
  call i32 @usleep(i32 0)
  call ptr @__errno_location()
  ret void
}

; CHECK-LABEL: define void @_ZN2ns8originalEv(
; CHECK: call i64 @__oc_read(i32 0, ptr null, i64 0)
; CHECK: call i32 @__oc_usleep(i32 0)
define void @_ZN2ns8originalEv() {
  call i64 @read(i32 0, ptr null, i64 0)
  call i32 @usleep(i32 0)
  ret void
}

; CHECK-LABEL: define void @_ZN2ns9demangledEi(
; CHECK: call i32 @__oc_usleep(i32 0)
define void @_ZN2ns9demangledEi(i32 %0) {
  call i32 @usleep(i32 0)
  ret void
}

; CHECK-LABEL: define void @others(
; CHECK: call i64 @__oc_read(i32 0, ptr null, i64 0)
; CHECK: call i32 @my_usleep(i32 0)
; ORIGINAL-LABEL: define void @others(
; ORIGINAL: call i32 @__oc_usleep(i32 0)
define void @others() {
  call i64 @read(i32 0, ptr null, i64 0)
  call i32 @usleep(i32 0)
  ret void
}

; SOURCE-NOT: @__oc_read
; CHECK: declare i64 @read(i32, ptr, i64)
