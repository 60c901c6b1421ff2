// write_all.h - a blocking write returns when all is written.
#ifndef OPEN_CO_LIBC_WRITE_ALL_H
#define OPEN_CO_LIBC_WRITE_ALL_H

#include "libc/blocking.h"

namespace oc {

/// Writes \p N bytes from \p P in as many steps as it takes. \p Op(fd, p, n)
/// tries without blocking, \p Block(fd, p, n) may block the OS thread.
/// \returns the number of bytes; fewer if the descriptor is non-blocking, the
/// socket's time has passed, a signal came or an error followed; a negative
/// errno value if none were written. A broken pipe's SIGPIPE is delivered.
template <typename Try, typename Block>
long writeAll(int Fd, FdKind Kind, const char *P, size_t N, bool DontWait,
              bool NoSignal, Try Op, Block Blocking) {
  size_t Done = 0;
  for (;;) {
    long R = blockingCall(
        Fd, Interest::Write, DontWait,
        [&](int Now) { return Op(Now, P + Done, N - Done); },
        [&](int Now) { return Blocking(Now, P + Done, N - Done); });
    // Once something was written a socket gives no signal; a pipe does.
    if (R == -EPIPE && !NoSignal)
      takeSigpipe(Done == 0 || Kind != FdKind::Socket);
    if (R < 0)
      return Done ? static_cast<long>(Done) : R;
    Done += static_cast<size_t>(R);
    if (Done >= N || R == 0 || DontWait || userNonBlocking(Fd))
      return static_cast<long>(Done);
  }
}

} // namespace oc

#endif
