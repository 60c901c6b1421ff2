//===- rewrite.h - The pass `open-co` -------------------------------------===//

#ifndef OPEN_CO_PLUGIN_REWRITE_H
#define OPEN_CO_PLUGIN_REWRITE_H

#include "llvm/IR/PassManager.h"

namespace open_co {

/// Redirects libc's functions to their wrappers and makes thread_local
/// variables local to a coroutine, both as the user's attributes and files
/// say; an error if the target is not one we support. Idempotent, but for
/// redirects of the user's own that form chains. Belongs at the start of the
/// pipeline.
struct RewritePass : llvm::PassInfoMixin<RewritePass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);

  /// Code built with -O0 and optnone functions block too.
  static bool isRequired() { return true; }
};

} // namespace open_co

#endif // OPEN_CO_PLUGIN_REWRITE_H
