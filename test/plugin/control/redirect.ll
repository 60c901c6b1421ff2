; RUN: split-file %s %t
; RUN: opt -load=%plugin -load-pass-plugin=%plugin -open-co-redirects=%t/list -passes=open-co,verify -S %t/m.ll | FileCheck %s
; RUN: opt -load=%plugin -load-pass-plugin=%plugin -open-co-redirects=%t/list -passes=open-co,open-co,verify -S %t/m.ll | FileCheck %s
; Intent: each use of a name that the user redirects becomes the replacement's:
;         calls, pointers, casts; the table applies to names that remain and to
;         replacements. In the replacement itself the name is the original.

;--- list
# comment

nanosleep -> my_nanosleep
  other	->	send
defined -> elsewhere
private -> elsewhere

;--- m.ll
target triple = "x86_64-pc-linux-gnu"

; CHECK: @table = global [2 x ptr] [ptr @my_nanosleep, ptr @__oc_usleep]
@table = global [2 x ptr] [ptr @nanosleep, ptr @usleep]
; CHECK: @llvm.used = {{.*}}@defined
@llvm.used = appending global [1 x ptr] [ptr @defined], section "llvm.metadata"
; CHECK: @alias = alias i32 (), ptr @defined
@alias = alias i32 (), ptr @defined

declare i32 @nanosleep(ptr, ptr) #0
declare i32 @usleep(i32)
declare i64 @other(i32)

; CHECK-LABEL: define i32 @user(
; CHECK: call i32 @my_nanosleep(ptr null, ptr null){{$}}
; CHECK: call i64 @__oc_send(i32 1)
; CHECK: call i32 @elsewhere()
; CHECK: call i32 @private()
; CHECK: ret i32 ptrtoint (ptr @my_nanosleep to i32)
define i32 @user() {
  %1 = call i32 @nanosleep(ptr null, ptr null) #0
  %2 = call i64 @other(i32 1)
  %3 = call i32 @defined()
  %4 = call i32 @private()
  ret i32 ptrtoint (ptr @nanosleep to i32)
}

; CHECK-LABEL: define i32 @my_nanosleep(
; CHECK: call i32 @__oc_nanosleep(ptr %a, ptr %b)
; CHECK: call i32 @elsewhere()
define i32 @my_nanosleep(ptr %a, ptr %b) {
  %1 = call i32 @nanosleep(ptr %a, ptr %b)
  %2 = call i32 @defined()
  ret i32 %1
}

; A definition stays, and is no use of itself.
; CHECK-LABEL: define i32 @defined(
; CHECK: call i32 @elsewhere()
define i32 @defined() {
  %1 = call i32 @defined()
  ret i32 %1
}

; A static function is another one.
; CHECK-LABEL: define internal i32 @private(
define internal i32 @private() {
  ret i32 0
}

; What was promised of the original need not hold for the replacement.
; CHECK-NOT: nosync
attributes #0 = { nosync willreturn }
