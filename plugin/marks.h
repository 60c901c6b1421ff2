//===- marks.h - What the user said about functions and variables ---------===//
//
// Attributes of open_co/attributes.h and the ignore list become marks on the
// module itself: function attributes and, on variables, metadata. Both have the
// annotation's name.
//
//===----------------------------------------------------------------------===//

#ifndef OPEN_CO_PLUGIN_MARKS_H
#define OPEN_CO_PLUGIN_MARKS_H

#include "llvm/ADT/StringRef.h"

namespace llvm {
class Function;
class GlobalObject;
class GlobalValue;
class Module;
class User;
} // namespace llvm

namespace open_co {

class IgnoreList;

/// The marks. On a variable, the first two concern the functions in its initial
/// value.
constexpr llvm::StringLiteral NativeMark = "open_co.native";
constexpr llvm::StringLiteral OriginalMark = "open_co.original";
constexpr llvm::StringLiteral NoPreemptMark = "open_co.no_preempt";
constexpr llvm::StringLiteral OsThreadMark = "open_co.os_thread_local";

/// Sets the marks in \p M. \returns false after an error, which it reported.
bool setMarks(llvm::Module &M, const IgnoreList &Ignored);

void mark(llvm::GlobalObject &GO, llvm::StringRef Mark);
bool isMarked(const llvm::GlobalObject &GO, llvm::StringRef Mark);

/// Which redirects apply in a place.
enum class Redirects {
  All,
  Table, ///< Not the user's own.
  None,
};

/// \p Place is an instruction, or a variable: its initial value.
Redirects redirectsIn(const llvm::User &Place);

} // namespace open_co

#endif // OPEN_CO_PLUGIN_MARKS_H
