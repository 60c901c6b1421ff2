//===- remarks.h - What -Rpass=open-co and its kin print ------------------===//
//
// All of it costs nothing, and does nothing, unless remarks are asked for.
//
//===----------------------------------------------------------------------===//

#ifndef OPEN_CO_PLUGIN_REMARKS_H
#define OPEN_CO_PLUGIN_REMARKS_H

#include "llvm/ADT/StringRef.h"

namespace llvm {
class GlobalValue;
class Module;
class User;
} // namespace llvm

namespace open_co {

/// Does anybody want remarks on \p M?
bool wantsRemarks(const llvm::Module &M);

/// \p Place, which uses \p Name, is about to use \p To instead. Only code has
/// remarks; variables do not.
void remarkRedirected(llvm::User &Place, const llvm::GlobalValue &Name,
                      llvm::StringRef To);

/// \p Place goes on using \p Name, for the reason \p Why.
void remarkKept(llvm::User &Place, const llvm::GlobalValue &Name,
                llvm::StringRef Why);

/// The program has a definition of its own of a function in the table.
void remarkOwn(const llvm::GlobalValue &Own);

/// Names what may block an OS thread and cannot be redirected: system calls in
/// inline assembly, and calls of functions outside the table that are known to
/// block. For use after all redirects.
void remarkWhatBlocks(llvm::Module &M);

} // namespace open_co

#endif // OPEN_CO_PLUGIN_REMARKS_H
