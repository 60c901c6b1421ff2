; RUN: opt -load-pass-plugin=%plugin -passes=open-co,verify -S %s | FileCheck %s
; Intent: what is only true of libc's function is dropped from the declaration.
; CHECK: declare noundef ptr @__oc___errno_location() [[ERRNO:#[0-9]+]]
; CHECK: declare i64 @__oc_read(i32 noundef, ptr {{.*(nocapture|captures\(none\)).*}}, i64){{$}}
; CHECK: attributes [[ERRNO]] = { cold "target-cpu"="x86-64" }
declare noundef ptr @__errno_location() readnone willreturn nounwind cold "target-cpu"="x86-64"
declare i64 @read(i32 noundef, ptr nocapture noundef, i64) nosync nofree nocallback norecurse nobuiltin speculatable argmemonly
