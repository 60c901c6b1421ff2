//===- command_line.h - what a compiler command line asks for ---*- C++ -*-===//
//
// Reads just enough of clang's command line to tell which of our flags belong
// on it; clang itself does everything else.
//
//===----------------------------------------------------------------------===//

#ifndef OPEN_CO_DRIVER_COMMAND_LINE_H
#define OPEN_CO_DRIVER_COMMAND_LINE_H

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace open_co {

struct CommandLine {
  bool HasInputs = false; ///< False for --version, -print-* and the like.
  bool Links = false;     ///< Ends in an executable or a shared library.
  bool Static = false;    ///< Links with -static or -static-pie.
  bool BareLink = false;  ///< Links without the standard libraries.
  bool Lld = false;       ///< Names lld, but no path to it.
  bool LibCxx = false;    ///< Its C++ library is libc++.
  std::vector<std::string> Inputs;   ///< Sources, too.
  std::vector<std::string> Wrapped;  ///< By the linker's --wrap=NAME.
  std::vector<std::string> Defined;  ///< NAME=VALUE, by its --defsym.
  std::set<std::string> Unsupported; ///< Options no rewritten code can have.
  std::string Output = "a.out";
  std::optional<size_t> LibC; ///< Which argument is the first -lc.
};

/// \param Args without the program's name; response files are expanded.
CommandLine parseCommandLine(const std::vector<std::string> &Args);

} // namespace open_co

#endif // OPEN_CO_DRIVER_COMMAND_LINE_H
