//===- response_file.h - arguments kept in a file ---------------*- C++ -*-===//

#ifndef OPEN_CO_DRIVER_RESPONSE_FILE_H
#define OPEN_CO_DRIVER_RESPONSE_FILE_H

#include <string>
#include <vector>

namespace open_co {

/// \returns \p Args with each "@file" replaced by the arguments that the file
/// holds. One that cannot be read stays; clang reports it.
std::vector<std::string>
expandResponseFiles(const std::vector<std::string> &Args);

} // namespace open_co

#endif // OPEN_CO_DRIVER_RESPONSE_FILE_H
