// read_write.h - read(2) and write(2) for other wrappers.
#ifndef OPEN_CO_LIBC_READ_WRITE_H
#define OPEN_CO_LIBC_READ_WRITE_H

#include <cstddef>

namespace oc {

/// read(2) and write(2), of a suspendable coroutine. \returns as the kernel
/// does: a negative errno value on failure. SIGPIPE is delivered.
long readInCoroutine(int Fd, void *Buf, size_t N);
long writeInCoroutine(int Fd, const void *Buf, size_t N);

} // namespace oc

#endif
