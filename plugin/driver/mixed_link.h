//===- mixed_link.h - links with files that were not rewritten --*- C++ -*-===//

#ifndef OPEN_CO_DRIVER_MIXED_LINK_H
#define OPEN_CO_DRIVER_MIXED_LINK_H

#include <string>
#include <vector>

namespace open_co {

/// After a link of \p Inputs that failed: says for each variable that some of
/// them know as a thread_local, and others as a coroutine local, who they are.
void explainThreadLocals(const std::vector<std::string> &Inputs);

/// After a link of \p Inputs: says which functions of the table the result,
/// \p Output, still calls in libc itself, and which of \p Inputs do.
void reportNativeCalls(const std::vector<std::string> &Inputs,
                       const std::string &Output);

} // namespace open_co

#endif // OPEN_CO_DRIVER_MIXED_LINK_H
