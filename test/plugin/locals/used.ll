; RUN: opt -load-pass-plugin=%plugin -passes=open-co,verify -S %s | FileCheck %s
; Intent: llvm.used keeps the initial value; debug information stays attached.
; CHECK: @x.oc_local = dso_local global i32 0, section "oc_locals", !dbg [[DBG:![0-9]+]]
; CHECK: @llvm.used = appending global [1 x ptr] [ptr @x.oc_local], section "llvm.metadata"
; CHECK: [[DBG]] = !DIGlobalVariableExpression
@x = thread_local global i32 0, !dbg !0
@llvm.used = appending global [1 x ptr] [ptr @x], section "llvm.metadata"

define i32 @f() {
  %v = load i32, ptr @x
  ret i32 %v
}
!llvm.module.flags = !{!1}
!llvm.dbg.cu = !{!2}
!0 = !DIGlobalVariableExpression(var: !5, expr: !DIExpression())
!1 = !{i32 2, !"Debug Info Version", i32 3}
!2 = distinct !DICompileUnit(language: DW_LANG_C99, file: !3, emissionKind: FullDebug, globals: !4)
!3 = !DIFile(filename: "f.c", directory: "/")
!4 = !{!0}
!5 = distinct !DIGlobalVariable(name: "x", scope: !2, file: !3, line: 1, type: !6, isLocal: false, isDefinition: true)
!6 = !DIBasicType(name: "int", size: 32, encoding: DW_ATE_signed)
