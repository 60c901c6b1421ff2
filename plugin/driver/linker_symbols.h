//===- linker_symbols.h - the user's --wrap and --defsym --------*- C++ -*-===//
//
// In rewritten files read is __oc_read, so what the user tells the linker of
// read has to be said of that.
//
//===----------------------------------------------------------------------===//

#ifndef OPEN_CO_DRIVER_LINKER_SYMBOLS_H
#define OPEN_CO_DRIVER_LINKER_SYMBOLS_H

#include "command_line.h"

#include <string>
#include <string_view>
#include <vector>

namespace open_co {

/// Is \p Name a row of the table?
bool isHooked(std::string_view Name);

/// \returns what to add for the --wrap and --defsym of \p Line.
std::vector<std::string> symbolFlags(const CommandLine &Line);

/// Makes the --wrap=read in \p Args one of __oc_read alone, for a static link:
/// the runtime's own calls of libc's read must not be wrapped.
void wrapOnlyRewritten(std::vector<std::string> &Args);

} // namespace open_co

#endif // OPEN_CO_DRIVER_LINKER_SYMBOLS_H
