//===- redirect.h - Points libc's names at the runtime's wrappers ---------===//

#ifndef OPEN_CO_PLUGIN_REDIRECT_H
#define OPEN_CO_PLUGIN_REDIRECT_H

namespace llvm {
class Function;
class Module;
} // namespace llvm

namespace open_co {

/// Does \p M name a function that redirect() would change?
bool usesHooks(const llvm::Module &M);

/// Applies the table hooks.def to \p M. \returns whether \p M has changed.
///
/// It works on declarations, not on calls: a pointer to `read` must block
/// politely too. A program may define its own `read`; that one is left alone
/// and gets the wrapper's name as a second one, so that the program's other
/// files, whose calls were redirected, still reach it. Code that is marked
/// native keeps libc's names.
bool redirect(llvm::Module &M);

/// Drops from \p F and from calls of it what headers and LLVM promise of libc's
/// functions and need not hold for what replaces them.
void forgetPromises(llvm::Function &F);

} // namespace open_co

#endif // OPEN_CO_PLUGIN_REDIRECT_H
