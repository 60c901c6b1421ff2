//===- uses.h - Where a function's name is used ---------------------------===//

#ifndef OPEN_CO_PLUGIN_USES_H
#define OPEN_CO_PLUGIN_USES_H

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"

namespace llvm {
class CallBase;
class Constant;
class GlobalValue;
class User;
} // namespace llvm

namespace open_co {

/// Instructions, and variables with an initial value.
using Places = llvm::SetVector<llvm::User *>;

/// \returns where the program uses \p GV, also from within constants. That an
/// alias stands for it, or that llvm.used lists it, is no use.
Places placesOf(llvm::GlobalValue &GV);

/// \returns \p Place as a call of \p GV, or null.
llvm::CallBase *asCallOf(llvm::User &Place, const llvm::GlobalValue &GV);

using Replacements = llvm::MapVector<llvm::GlobalValue *, llvm::Constant *>;

/// Replaces all of \p What at once, so that of two names each can become the
/// other. \p Wanted says in which places.
void replaceUses(
    const Replacements &What,
    llvm::function_ref<bool(llvm::GlobalValue &, llvm::User &Place)> Wanted);

} // namespace open_co

#endif // OPEN_CO_PLUGIN_USES_H
