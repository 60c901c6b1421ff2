//===- ignore_list.h - What the user wants left alone ---------------------===//
//
// The format is that of clang's special case lists: `[section]` headers, and
// entries `fun:`, `src:` or `var:` with a glob. LLVM's own SpecialCaseList is
// not used: its entries are regular expressions up to LLVM 17, so that "c++" is
// an error there, and it takes any word for a section or an entry.
//
//===----------------------------------------------------------------------===//

#ifndef OPEN_CO_PLUGIN_IGNORE_LIST_H
#define OPEN_CO_PLUGIN_IGNORE_LIST_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/GlobPattern.h"

#include <deque>
#include <string>
#include <vector>

namespace open_co {

/// Of what something is left out; bits.
enum class Part : unsigned {
  Redirect = 1,     ///< [redirect]: all redirects.
  UserRedirect = 2, ///< [user-redirect]: the user's own redirects.
  Locals = 4,       ///< [locals]: thread_local variables.
  All = 7,          ///< [open-co], [*], or before the first section.
};

class IgnoreList {
public:
  static llvm::Expected<IgnoreList> read(llvm::ArrayRef<std::string> Files);

  bool empty() const { return Entries.empty(); }

  /// Each asks whether \p P leaves out what the linker calls \p Name.
  bool hasFunction(Part P, llvm::StringRef Name) const;
  bool hasVariable(Part P, llvm::StringRef Name) const;
  /// \p Name is as it was given to the compiler.
  bool hasSource(Part P, llvm::StringRef Name) const;

private:
  enum class Kind { Function, Source, Variable };
  struct Entry {
    unsigned Parts;
    Kind What;
    llvm::GlobPattern Glob;
  };

  /// \returns what is wrong, or "".
  std::string add(llvm::StringRef Text, unsigned &Parts);
  bool has(Kind What, Part P, llvm::StringRef Name) const;

  std::deque<std::string> Texts; ///< What the globs refer to.
  std::vector<Entry> Entries;
};

} // namespace open_co

#endif // OPEN_CO_PLUGIN_IGNORE_LIST_H
