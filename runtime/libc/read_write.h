// read_write.h - read(2) and write(2) for other wrappers.
#ifndef OPEN_CO_LIBC_READ_WRITE_H
#define OPEN_CO_LIBC_READ_WRITE_H

#include <cstddef>
#include <sys/uio.h>

namespace oc {

/// read(2) and write(2), of a suspendable coroutine. \returns as the kernel
/// does: a negative errno value on failure. SIGPIPE is delivered.
long readInCoroutine(int Fd, void *Buf, size_t N);
long writeInCoroutine(int Fd, const void *Buf, size_t N);

/// Whether a read of \p Fd that is made now would not wait: there is input, or
/// an end, or it fails; or whether it may, but poll does not tell of what it
/// waits for.
bool readsAtOnce(int Fd);

/// What a try to write \p N bytes, beginning with \p First, does where the
/// kernel cannot be asked to write without blocking: PlainCall, or -EAGAIN.
long tryPlainWrite(int Fd, const iovec &First, size_t N);

/// Whether the kernel takes \p N bytes at \p P for memory of a program, there
/// or not: access_ok() in arch/x86. Else the plain call tells the error, before
/// it would wait.
bool isUserSpace(const void *P, size_t N);

} // namespace oc

#endif
