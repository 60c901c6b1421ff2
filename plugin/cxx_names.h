//===- cxx_names.h - Names of C++ functions as users write them -----------===//

#ifndef OPEN_CO_PLUGIN_CXX_NAMES_H
#define OPEN_CO_PLUGIN_CXX_NAMES_H

#include "llvm/ADT/StringRef.h"

#include <string>

namespace llvm {
class GlobalValue;
} // namespace llvm

namespace open_co {

/// \returns \p GV's name as the linker sees it.
llvm::StringRef linkerName(const llvm::GlobalValue &GV);

/// Is \p Name one of C++ source, with its parameters, not the linker's?
bool isCxxName(llvm::StringRef Name);

/// \returns \p Name, the linker's, as C++ source has it, but without spaces,
/// which releases of LLVM and their users set differently.
std::string cxxName(llvm::StringRef Name);

std::string withoutSpaces(llvm::StringRef Name);

/// \returns the linker's name of the C++ function \p Name, a variant of \p Like
/// that has the same parameters; or "" if it is not as simple as that.
std::string mangleLike(llvm::StringRef Like, llvm::StringRef Name);

} // namespace open_co

#endif // OPEN_CO_PLUGIN_CXX_NAMES_H
