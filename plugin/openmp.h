//===- openmp.h - Code that uses OpenMP -----------------------------------===//
//
// OpenMP's runtime library knows its threads, their teams and their settings by
// OS thread. A coroutine that went on elsewhere in a parallel region would be
// another of them.
//
//===----------------------------------------------------------------------===//

#ifndef OPEN_CO_PLUGIN_OPENMP_H
#define OPEN_CO_PLUGIN_OPENMP_H

namespace llvm {
class Module;
} // namespace llvm

namespace open_co {

/// Does \p M declare functions of that library?
bool usesOpenMP(const llvm::Module &M);

/// Has each function that calls one ask the runtime for an OS thread to itself
/// first. \returns whether \p M has changed.
bool keepOsThreads(llvm::Module &M);

} // namespace open_co

#endif // OPEN_CO_PLUGIN_OPENMP_H
