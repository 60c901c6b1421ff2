//===- elf_symbols.h - the symbols of what is linked ------------*- C++ -*-===//

#ifndef OPEN_CO_DRIVER_ELF_SYMBOLS_H
#define OPEN_CO_DRIVER_ELF_SYMBOLS_H

#include <functional>
#include <set>
#include <string>
#include <string_view>

namespace open_co {

struct Symbol {
  std::string_view Name;
  bool Defined;
  bool ThreadLocal;
  /// What refers to it in an object: "" for code and data of its own, and the
  /// names of functions that it may share with others (COMDAT).
  std::set<std::string_view> Users;
};

/// Calls \p Visit(File, S) for each symbol that other files can see of the
/// object, shared library, program or archive of objects \p Path, where File
/// also names the archive's member. Other files have none.
void visitSymbols(
    const std::string &Path,
    const std::function<void(const std::string &File, const Symbol &S)> &Visit);

} // namespace open_co

#endif // OPEN_CO_DRIVER_ELF_SYMBOLS_H
