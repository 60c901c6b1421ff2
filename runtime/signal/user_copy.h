// user_copy.h - copies from and to memory that the program named in a call. A
// bad pointer gives EFAULT, as the kernel would: the handler of SIGSEGV and
// SIGBUS knows the copying instruction and lets it fail.
#ifndef OPEN_CO_SIGNAL_USER_COPY_H
#define OPEN_CO_SIGNAL_USER_COPY_H

#include "sys/sanitizer.h"

#include <cstddef>
#include <ucontext.h>

namespace oc {

/// \returns false if one of the ranges cannot be accessed; part of the bytes
/// may have been copied then.
bool copyUser(void *To, const void *From, size_t Bytes);

/// Reads or writes the \p T at \p User.
template <typename T> bool readUser(T &To, const T *User) {
  return copyUser(&To, User, sizeof(T));
}
template <typename T> bool writeUser(T *User, const T &From) {
  if (!copyUser(User, &From, sizeof(T)))
    return false;
  sanitizer::written(User, sizeof(T));
  return true;
}

/// Called with the context of a fault. \returns whether it happened in
/// copyUser(), which then returns false when the context is resumed.
bool recoverUserCopy(ucontext_t *Context);

} // namespace oc

#endif
