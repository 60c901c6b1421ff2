// transfer.h - what sendfile, splice and tee have in common: two files, each of
// which may have to be waited for, and is kept until the call returns.
#ifndef OPEN_CO_LIBC_TRANSFER_H
#define OPEN_CO_LIBC_TRANSFER_H

#include "libc/blocking.h"

namespace oc {

/// What the kernel waits for at one end.
enum class End : uint8_t {
  File,   // Nothing but a disk; also what cannot be an end.
  Pipe,   // Data or room, but not with SPLICE_F_NONBLOCK.
  Stream, // The same: a unix stream socket that is read.
  Other,  // Data or room, whatever the flags: other sockets, terminals.
};

/// What \p Fd is as the end that is read or written.
End endAt(int Fd, Interest I);

/// One call of a coroutine.
class Transfer {
public:
  Transfer(int In, int Out)
      : In(In, Interest::Read), Out(Out, Interest::Write) {
    this->In.TryMayBlock = this->Out.TryMayBlock = true; // For both at once.
  }

  FdCall In, Out;

  /// Whether data, or room, or an error is at \p At, of In and Out.
  bool isReady(const FdCall &At) const {
    return ask(At, [&](int Fd) { return oc::isReady(Fd, eventsAt(At)); });
  }

  /// Whether data, or room, is at \p At, and that is not just an error or the
  /// end of the data, which the kernel tells without a look at the other end.
  bool hasSome(const FdCall &At) const;

  /// Whether the file at \p At may be read, or written.
  bool isOpen(const FdCall &At) const;

  /// Whether the kernel would wait at \p At for what is not there: the file is
  /// open, and not a socket that listens or was shut down.
  bool waitsAt(const FdCall &At) const;

  /// Waits for what the kernel would wait for at \p At.
  /// \returns 0, or what the step is to return.
  long await(FdCall &At);

  /// The step's last call, which may block the OS thread. The kernel keeps the
  /// files; a handler may jump away.
  template <typename Callable> long block(Callable Op) {
    fds::leave(In);
    fds::leave(Out);
    return opaqueRaw(Op);
  }

  /// Notes what a call returned that is not the step's result.
  void note(long R) { Broken |= R == -EPIPE; }

  /// Makes \p Step(), which returns the call's result or what await() did,
  /// until no signal restarts it.
  template <typename Callable> long run(Callable Step) {
    for (;;) {
      Broken = false;
      fds::hold(In);
      fds::hold(Out);
      long R = Step();
      note(R);
      if (R != SignalWaits) {
        if (Broken || R == -EFBIG || In.C.hasSignal()) {
          release(); // A handler may jump away.
          if (Broken)
            takeSigpipe(true);
          if (R == -EFBIG)
            takeSigxfsz();
          deliverSignals();
        }
        return R;
      }
      release();
      if (long Error = interrupted(!HasTimeout))
        return Error;
    }
  }

private:
  short eventsAt(const FdCall &At) const {
    return &At == &In ? POLLIN : POLLOUT;
  }
  void release() {
    fds::release(In);
    fds::release(Out);
  }

  bool HasTimeout = false; // Of the last wait.
  bool Broken = false;     // There may be a SIGPIPE.
};

} // namespace oc

#endif
