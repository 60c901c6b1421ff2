//===- options.h - The plugin's options on a command line -----------------===//

#ifndef OPEN_CO_PLUGIN_OPTIONS_H
#define OPEN_CO_PLUGIN_OPTIONS_H

#include "llvm/ADT/ArrayRef.h"

#include <string>

namespace open_co {

/// What -open-co-redirects names.
llvm::ArrayRef<std::string> redirectFiles();

/// What -open-co-ignorelist names.
llvm::ArrayRef<std::string> ignoreListFiles();

} // namespace open_co

#endif // OPEN_CO_PLUGIN_OPTIONS_H
