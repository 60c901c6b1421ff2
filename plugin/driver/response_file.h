//===- response_file.h - arguments kept in a file ---------------*- C++ -*-===//

#ifndef OPEN_CO_DRIVER_RESPONSE_FILE_H
#define OPEN_CO_DRIVER_RESPONSE_FILE_H

#include <string>
#include <vector>

namespace open_co {

/// \returns \p Args with each "@file" replaced by the arguments that the file
/// holds. What is absent, wrong or in the style of Windows stays, for clang.
std::vector<std::string>
expandResponseFiles(const std::vector<std::string> &Args);

/// \returns "@file" for \p Args, up to a null pointer, or "" if that fails. The
/// file has no name, and is there for what this process executes.
std::string makeResponseFile(char *const *Args);

} // namespace open_co

#endif // OPEN_CO_DRIVER_RESPONSE_FILE_H
