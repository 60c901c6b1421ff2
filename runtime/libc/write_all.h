// write_all.h - a blocking write returns when all is written.
#ifndef OPEN_CO_LIBC_WRITE_ALL_H
#define OPEN_CO_LIBC_WRITE_ALL_H

#include "libc/blocking.h"

#include <algorithm>

namespace oc {

/// Writes \p N bytes in as many steps as it takes. \p Op(fd, done) writes from
/// byte \p done on, as much as goes without blocking; \p Block(fd, done) may
/// block the OS thread.
/// \returns the number of bytes; fewer if the descriptor is non-blocking, the
/// socket's time has passed, a signal came or an error followed; a negative
/// errno value if none were written. A broken pipe's SIGPIPE is delivered.
template <typename Try, typename Block>
long writeAll(int Fd, FdKind Kind, size_t N, bool DontWait, bool NoSignal,
              Try Op, Block Blocking) {
  constexpr size_t Most = 0x7ffff000; // In one call: read(2), write(2).
  N = std::min(N, Most);
  size_t Done = 0;
  FdCall Call(Fd, Interest::Write);
  Call.IsSocket = Kind == FdKind::Socket;
  bool NonBlocking = false;
  for (;;) {
    long R = blockingCall(
        Call, DontWait,
        [&](int Now) {
          long Next = Done && Call.IsSocket ? nextPart(Now, false) : 1;
          return Next > 0 ? Op(Now, Done) : Next;
        },
        [&](int Now) { return Blocking(Now, Done); });
    // Who waits is told why the peer is gone: a unix socket's try is not.
    if (R == -EPIPE && Call.IsSocket && Call.HasWaited)
      if (int Error = ask(Call, pendingError); Error > 0) {
        takeSigpipe(false);
        R = -Error;
      }
    // Once something was written a socket gives no signal; a pipe does.
    if (R == -EPIPE)
      fds::release(Call); // A handler may jump away.
    if (R == -EPIPE && !NoSignal)
      takeSigpipe(Done == 0 || !Call.IsSocket);
    if (R < 0)
      return Done ? static_cast<long>(Done) : R;
    Done += static_cast<size_t>(R);
    if (Done >= N || R == 0 || DontWait || Call.WasSignalled)
      return static_cast<long>(Done);
    if (!Call.HasBegun || !Call.IsSocket)
      NonBlocking = ask(Call, userNonBlocking);
    if (NonBlocking)
      return static_cast<long>(Done);
    Call.HasBegun = true;
    if (Call.Until && !Call.Until->isNever() &&
        (!Call.IsSocket || ask(Call, timesEachPart)))
      Call.Until.reset();
  }
}

} // namespace oc

#endif
