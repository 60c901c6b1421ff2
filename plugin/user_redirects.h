//===- user_redirects.h - Applies the user's own redirects ----------------===//

#ifndef OPEN_CO_PLUGIN_USER_REDIRECTS_H
#define OPEN_CO_PLUGIN_USER_REDIRECTS_H

namespace llvm {
class Module;
} // namespace llvm

namespace open_co {

class RedirectList;

/// Makes \p M use the replacements in \p List. To go before redirect(), which
/// then applies the table to the replacements' names, too.
///
/// Not in a replacement itself, nor in code that is marked: there, the name is
/// the original's. A definition stays what it is; it is its uses that change.
/// Each use changes once, so `a -> b` and `b -> a` swap the two.
///
/// Reports a replacement that cannot be named as an error.
/// \returns whether \p M has changed.
bool applyUserRedirects(llvm::Module &M, const RedirectList &List);

} // namespace open_co

#endif // OPEN_CO_PLUGIN_USER_REDIRECTS_H
