//===- list_file.h - Files that control the plugin, line by line ----------===//

#ifndef OPEN_CO_PLUGIN_LIST_FILE_H
#define OPEN_CO_PLUGIN_LIST_FILE_H

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>

namespace open_co {

/// Calls \p Read for each line of \p File, without the space around it, but for
/// blank lines and comments, which begin with #. \p Read gets the line's place
/// as "file:line" and returns what is wrong with it, or "".
/// \returns the first error: the file's, or a line's with its place.
llvm::Error readListFile(
    llvm::StringRef File,
    llvm::function_ref<std::string(llvm::StringRef Line, llvm::StringRef Place)>
        Read);

} // namespace open_co

#endif // OPEN_CO_PLUGIN_LIST_FILE_H
