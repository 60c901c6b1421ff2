//===- redirect_list.h - The user's own redirects -------------------------===//
//
// Lines of `function -> replacement`. Each is a name as the linker sees it, or,
// in C++, the function's name with its parameter types.
//
//===----------------------------------------------------------------------===//

#ifndef OPEN_CO_PLUGIN_REDIRECT_LIST_H
#define OPEN_CO_PLUGIN_REDIRECT_LIST_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"

#include <string>

namespace open_co {

class RedirectList {
public:
  struct Line {
    std::string To;    ///< As cxxName() has it if isCxxName().
    std::string Place; ///< For messages: "file:line".
  };

  static llvm::Expected<RedirectList> read(llvm::ArrayRef<std::string> Files);

  bool empty() const { return Lines.empty(); }

  /// \returns the line for the function that the linker calls \p Name, or null.
  const Line *find(llvm::StringRef Name) const;

private:
  /// \returns what is wrong, or "".
  std::string add(llvm::StringRef Text, llvm::StringRef Place);

  llvm::StringMap<Line> Lines; ///< By name; C++ names as cxxName() has them.
  bool HasCxxNames = false;
};

} // namespace open_co

#endif // OPEN_CO_PLUGIN_REDIRECT_LIST_H
