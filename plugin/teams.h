//===- teams.h - Code that leads teams of threads -------------------------===//
//
// OpenMP's library and oneTBB know their threads, the teams of these and their
// settings by OS thread. A coroutine that went on elsewhere in what they call
// back would be another of them.
//
//===----------------------------------------------------------------------===//

#ifndef OPEN_CO_PLUGIN_TEAMS_H
#define OPEN_CO_PLUGIN_TEAMS_H

namespace llvm {
class Module;
} // namespace llvm

namespace open_co {

/// Does \p M declare functions of such a library?
bool usesTeams(const llvm::Module &M);

/// Has each function that calls one ask the runtime for an OS thread to itself
/// first. \returns whether \p M has changed.
bool keepOsThreads(llvm::Module &M);

} // namespace open_co

#endif // OPEN_CO_PLUGIN_TEAMS_H
