//===- installation.h - where the wrapper's parts are -----------*- C++ -*-===//
//
// Finds, from the wrapper's own place, the plugins and the runtime, and a clang
// for each plugin. The layout is the same in the build and the install tree.
//
//===----------------------------------------------------------------------===//

#ifndef OPEN_CO_DRIVER_INSTALLATION_H
#define OPEN_CO_DRIVER_INSTALLATION_H

#include <filesystem>
#include <vector>

namespace open_co {

/// A release of LLVM for which there is a plugin.
struct Llvm {
  int Major;
  std::filesystem::path Plugin;
  std::filesystem::path Clang; ///< Empty if there is none.
};

struct Installation {
  std::filesystem::path Lib;     ///< Holds the runtime.
  std::filesystem::path Include; ///< Holds open_co/.
  std::vector<Llvm> Llvms;       ///< Oldest first.
};

/// Looks around the running executable; symbolic links to it do not matter.
/// \param Cxx whether to look for clang++ rather than clang.
Installation findInstallation(bool Cxx);

/// \returns the release that OPEN_CO_LLVM names, else the newest with a clang.
/// Ends the program with a message when there is none.
const Llvm &chooseLlvm(const Installation &Here);

/// \returns false if the dynamic linker looks in \p Dir by itself.
bool needsRunPath(const std::filesystem::path &Dir);

/// \returns \p File, or ends the program with a message if it does not exist.
const std::filesystem::path &require(const std::filesystem::path &File);

/// Prints "open-co: " and \p Message, and exits with status 1.
[[noreturn]] void fail(const std::string &Message);

} // namespace open_co

#endif // OPEN_CO_DRIVER_INSTALLATION_H
