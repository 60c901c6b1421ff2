//===- thread_pointer.h - Code that tells threads apart by %fs ------------===//
//
// Allocators take the thread pointer for the name of the thread that runs:
// mimalloc and rpmalloc by inline assembly, others by the builtin. It names the
// OS thread; a coroutine must have a name of its own.
//
//===----------------------------------------------------------------------===//

#ifndef OPEN_CO_PLUGIN_THREAD_POINTER_H
#define OPEN_CO_PLUGIN_THREAD_POINTER_H

namespace llvm {
class Module;
} // namespace llvm

namespace open_co {

/// Does code of \p M read the thread pointer?
bool readsThreadPointer(llvm::Module &M);

/// Has it ask the runtime instead. \returns whether \p M has changed.
bool replaceThreadPointer(llvm::Module &M);

} // namespace open_co

#endif // OPEN_CO_PLUGIN_THREAD_POINTER_H
