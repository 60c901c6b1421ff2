//===- locals_base.h - Finds the running coroutine's variables ------------===//
//
// The contract with the runtime. The initial values of a program's coroutine
// locals are the section oc_locals; each coroutine has a copy of it.
//
//   thread_local void *__oc_locals_base     the running coroutine's copy, or
//   null void *__oc_locals_init(start, stop)     makes the copy and sets the
//   base;
//                                           again, returns the one that exists
//
// The copy is congruent with the section's start modulo MaxLocalAlign, so that
// its variables are aligned.
//
//===----------------------------------------------------------------------===//

#ifndef OPEN_CO_PLUGIN_LOCALS_BASE_H
#define OPEN_CO_PLUGIN_LOCALS_BASE_H

#include "llvm/IR/PassManager.h"

namespace open_co {

constexpr const char *LocalsSection = "oc_locals";
constexpr unsigned MaxLocalAlign = 4096;

/// \returns the function that finds the running coroutine's copy, adding it to
/// \p M if need be.
///
/// It returns the copy's distance from the section, as a pointer: `x` is at
/// that plus &x. A coroutine's copy never moves, so the function is one that
/// reads nothing and that may be called at any time, which is how calls of it
/// get merged and leave loops; for that it must not be inlined before
/// InlineBasePass.
llvm::Function *getLocalsOrigin(llvm::Module &M);

/// Inlines what getLocalsOrigin() made. Belongs at the end of the pipeline.
struct InlineBasePass : llvm::PassInfoMixin<InlineBasePass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);

  static bool isRequired() { return true; }
};

} // namespace open_co

#endif // OPEN_CO_PLUGIN_LOCALS_BASE_H
