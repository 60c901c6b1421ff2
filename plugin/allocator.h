//===- allocator.h - Lets nobody be suspended inside a program's malloc ---===//

#ifndef OPEN_CO_PLUGIN_ALLOCATOR_H
#define OPEN_CO_PLUGIN_ALLOCATOR_H

namespace llvm {
class Module;
} // namespace llvm

namespace open_co {

/// Does \p M define a function that takes the place of libc's allocator?
bool definesAllocator(const llvm::Module &M);

/// Makes each such function tell the runtime when it begins and ends. libc
/// calls it while it holds locks of its own, which belong to the OS thread: a
/// coroutine that waited for a lock of the allocator there, and went on
/// elsewhere, would take libc's locks from one thread to another.
/// \returns whether \p M has changed.
bool guardAllocator(llvm::Module &M);

} // namespace open_co

#endif // OPEN_CO_PLUGIN_ALLOCATOR_H
