//===- os_thread_locals.h - thread_local variables left to the OS thread --===//

#ifndef OPEN_CO_PLUGIN_OS_THREAD_LOCALS_H
#define OPEN_CO_PLUGIN_OS_THREAD_LOCALS_H

namespace llvm {
class GlobalObject;
class GlobalValue;
class Instruction;
class Module;
} // namespace llvm

namespace open_co {

/// Leaves the thread_local \p Var to the OS thread, with what clang made to
/// initialise and reach it.
void keepByOsThread(llvm::GlobalObject &Var);

/// Was \p GV left so: a variable, or an access function of one?
bool isKeptByOsThread(const llvm::GlobalValue &GV);

/// clang initialises the variables of a file together, with one guard. Leaves
/// that to the OS thread, too, if all of them are; an error if only some are.
/// \returns false after an error.
bool keepSharedGuard(llvm::Module &M);

/// Does \p I register the destructor of a variable that was left so? It is for
/// libc to call when the OS thread ends.
bool registersOsThreadLocal(const llvm::Instruction &I);

} // namespace open_co

#endif // OPEN_CO_PLUGIN_OS_THREAD_LOCALS_H
