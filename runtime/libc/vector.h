// vector.h - a call's iovec array, from which the call can go on after part of
// the bytes.
#ifndef OPEN_CO_LIBC_VECTOR_H
#define OPEN_CO_LIBC_VECTOR_H

#include "libc/read_write.h"
#include "signal/user_copy.h"

#include <algorithm>
#include <climits>
#include <sys/uio.h>

namespace oc {

class Vector {
public:
  Vector(const iovec *Parts, size_t NumParts) : User(Parts), Count(NumParts) {}

  /// Adds up the lengths. \returns false for what the kernel refuses, too: a
  /// bad address, too many parts, more bytes than a result can say. Then the
  /// plain call tells the error.
  bool measure() {
    Total = 0;
    for (size_t I = 0; I < Count && Count <= IOV_MAX; ++I) {
      iovec Part;
      if (!readUser(Part, &User[I]) || Part.iov_len > SSIZE_MAX - Total ||
          !isUserSpace(Part.iov_base, Part.iov_len))
        return false;
      Total += Part.iov_len;
    }
    return Count <= IOV_MAX;
  }

  size_t total() const { return Total; }

  /// Some of the parts.
  struct Window {
    const iovec *Parts;
    size_t Count;
  };

  /// What is left after \p Done bytes: at first all of it as the caller has it,
  /// then the next few parts. Valid until the next call.
  Window from(size_t Done) {
    if (Done == 0)
      return {User, Count};
    size_t I = 0;
    for (; I < Count && Done >= User[I].iov_len; ++I)
      Done -= User[I].iov_len;
    size_t N = std::min(Count - I, Few);
    std::copy_n(User + I, N, Next);
    if (N) {
      Next[0].iov_base = static_cast<char *>(Next[0].iov_base) + Done;
      Next[0].iov_len -= Done;
    }
    return {Next, N};
  }

private:
  static constexpr size_t Few = 8;
  const iovec *User;
  size_t Count, Total = 0;
  iovec Next[Few];
};

} // namespace oc

#endif
