//===- locals.h - Makes thread_local variables local to a coroutine -------===//

#ifndef OPEN_CO_PLUGIN_LOCALS_H
#define OPEN_CO_PLUGIN_LOCALS_H

namespace llvm {
class Module;
} // namespace llvm

namespace open_co {

/// Has \p M thread_local variables, whosever they are?
bool hasThreadLocals(const llvm::Module &M);

/// Gives each coroutine its own copy of \p M's thread_local variables: `x`
/// becomes the ordinary variable `x.oc_local`, which holds the initial value,
/// and code uses the running coroutine's copy of it. The new name makes a
/// reference from or to a file built without the plugin an undefined symbol;
/// under the old one, lld would link the two silently.
///
/// Reports what cannot be converted as an error, and then changes nothing.
/// Inline asm that names a thread_local is not seen.
/// \returns whether \p M has changed.
bool makeThreadLocalsCoroutineLocal(llvm::Module &M);

/// Makes code find the thread_local variables of \p M that stay an OS thread's
/// (libraries' own) anew at each use: the OS thread changes with every
/// suspension. \returns whether \p M has changed.
bool reloadOsThreadLocals(llvm::Module &M);

} // namespace open_co

#endif // OPEN_CO_PLUGIN_LOCALS_H
