; RUN: opt -load-pass-plugin=%plugin -passes=open-co,verify -S %s | FileCheck %s
; Intent: uses outside of code survive: metadata, llvm.compiler.used, !dbg.
; CHECK: @llvm.compiler.used = appending global [1 x ptr] [ptr @__oc_recv]
; CHECK: declare !dbg {{.*}} @__oc_recv(
; CHECK: = !{ptr @__oc_recv}
@llvm.compiler.used = appending global [1 x ptr] [ptr @recv], section "llvm.metadata"
declare !dbg !4 i64 @recv(i32, ptr, i64, i32)
!named = !{!0}
!llvm.module.flags = !{!1}
!llvm.dbg.cu = !{!2}
!0 = !{ptr @recv}
!1 = !{i32 2, !"Debug Info Version", i32 3}
!2 = distinct !DICompileUnit(language: DW_LANG_C99, file: !3, emissionKind: FullDebug)
!3 = !DIFile(filename: "f.c", directory: "/")
!4 = !DISubprogram(name: "recv", scope: !3, file: !3, line: 1, type: !5, spFlags: DISPFlagOptimized)
!5 = !DISubroutineType(types: !6)
!6 = !{}
