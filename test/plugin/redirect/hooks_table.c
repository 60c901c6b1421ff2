// RUN: %clang -E -P -x c -I%include %s -o %t.ll
// RUN: opt -load-pass-plugin=%plugin -passes=open-co,verify -S %t.ll -o %t.out.ll
// RUN: FileCheck %t.ll --input-file=%t.out.ll
// RUN: FileCheck %t.ll --input-file=%t.out.ll --check-prefix=GONE
// Intent: each row of hooks.def that is to be redirected is, and no other.

#define OC_HOOK(Name, ...) declare void @Name()
#define OC_ENTRY(Name, ...) declare void @Name()
#define OC_KEEP(Name, ...) declare void @Name()
#include "open_co/hooks.def"

#define OC_HOOK(Name, ...) ; CHECK-DAG: declare void @__oc_##Name()
#define OC_ENTRY(Name, ...) ; CHECK-DAG: declare void @__oc_##Name()
#define OC_KEEP(Name, ...) ; CHECK-DAG: declare void @Name()
#include "open_co/hooks.def"

#define OC_HOOK(Name, ...) ; GONE-NOT: declare void @Name()
#define OC_ENTRY(Name, ...) ; GONE-NOT: declare void @Name()
#define OC_KEEP(Name, ...) ; GONE-NOT: declare void @__oc_##Name()
#include "open_co/hooks.def"
