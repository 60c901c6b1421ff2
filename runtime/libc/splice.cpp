// splice.cpp - from or to a pipe inside the kernel. With SPLICE_F_NONBLOCK it
// does not wait for a pipe, and its answer is the one to give. It ignores that
// flag at the other end, unless that is a pipe, too, and leaves no other way
// not to wait there: readiness comes first, then the plain call. Who takes the
// data or the room in between makes the OS thread wait.
#include "libc/transfer.h"
#include "libc/wrapper.h"
#include "sys/errno.h"
#include "thread/cancel.h"

#include <fcntl.h>

namespace oc {
namespace {

constexpr unsigned KnownFlags =
    SPLICE_F_MOVE | SPLICE_F_NONBLOCK | SPLICE_F_MORE | SPLICE_F_GIFT;

/// The order in which the kernel waits: for a pipe first, if there is one; for
/// the one that is read, if there are two.
struct Order {
  FdCall &First, &Second;
  bool TwoPipes;
  bool HeedsFlag; // SPLICE_F_NONBLOCK, at the second end or before it.
  bool WaitsAtSecond;
};

Order orderOf(Transfer &T, bool IsTee) {
  if (IsTee) // Of other files it fails at once.
    return {T.In, T.Out, true, true, true};
  End From = ask(T.In, [](int Fd) { return endAt(Fd, Interest::Read); });
  End To = ask(T.Out, [](int Fd) { return endAt(Fd, Interest::Write); });
  if (From == End::Pipe)
    return {T.In, T.Out, To == End::Pipe, To == End::Pipe, To != End::File};
  // Without a pipe it fails at once.
  return {T.Out, T.In, false, To != End::Pipe || From == End::Stream,
          From != End::File};
}

/// \p Op(in, out, flags) is the system call. \p CanWait: it has no argument
/// that lets it return at once.
template <typename Callable>
long move(Transfer &T, bool IsTee, bool CanWait, unsigned Flags, Callable Op) {
  auto Call = [&](unsigned More) {
    return Op(T.In.Fd, T.Out.Fd, Flags | More);
  };
  Order O = orderOf(T, IsTee);
  for (;;) {
    FdCall *Missing;
    if (O.HeedsFlag || !T.hasSome(O.First)) {
      long R = Call(SPLICE_F_NONBLOCK);
      if (R != -EAGAIN || (Flags & SPLICE_F_NONBLOCK) ||
          ask(O.First, userNonBlocking) ||
          (O.TwoPipes && ask(O.Second, userNonBlocking)))
        return R;
      Missing = !T.isReady(O.First) ? &O.First : &O.Second;
    } else {
      Missing = &O.Second;
    }
    if (Missing == &O.Second && (!O.WaitsAtSecond || !CanWait ||
                                 T.isReady(O.Second) || !T.waitsAt(O.Second)))
      return T.block([&] { return Call(0); });
    if (long R = T.await(*Missing))
      return R;
  }
}

/// Whether it is open for writing, and so the call's data goes into the pipe.
bool isWritten(int Fd) {
  return (sys::fcntl(Fd, F_GETFL) & O_ACCMODE) != O_RDONLY;
}

} // namespace
} // namespace oc

using namespace oc;

OC_WRAPPER ssize_t __oc_splice(int In, off64_t *InOffset, int Out,
                               off64_t *OutOffset, size_t N, unsigned Flags) {
  return cancellationPoint([&]() -> ssize_t {
    if (!suspendable())
      return splice(In, InOffset, Out, OutOffset, N, Flags);
    // What has no position fails with an offset.
    bool CanWait = N && !InOffset && !OutOffset && !(Flags & ~KnownFlags);
    Transfer T(In, Out);
    return toErrno(T.run([&] {
      return move(T, false, CanWait, Flags, [&](int From, int To, unsigned F) {
        return sys::call(SYS_splice, From, sys::word(InOffset), To,
                         sys::word(OutOffset), static_cast<long>(N), F);
      });
    }));
  });
}

OC_WRAPPER ssize_t __oc_tee(int In, int Out, size_t N, unsigned Flags) {
  return cancellationPoint([&]() -> ssize_t {
    if (!suspendable())
      return tee(In, Out, N, Flags);
    Transfer T(In, Out);
    return toErrno(T.run([&] {
      return move(T, true, true, Flags, [&](int From, int To, unsigned F) {
        return sys::call(SYS_tee, From, To, static_cast<long>(N), F);
      });
    }));
  });
}

OC_WRAPPER ssize_t __oc_vmsplice(int Pipe, const iovec *Parts, size_t Count,
                                 unsigned Flags) {
  return cancellationPoint([&]() -> ssize_t {
    if (!suspendable())
      return vmsplice(Pipe, Parts, Count, Flags);
    auto Call = [&](int Fd, unsigned F) {
      return sys::call(SYS_vmsplice, Fd, sys::word(Parts),
                       static_cast<long>(Count), F);
    };
    // Into a pipe, or, by its reading end, out of it.
    long R = blockingCall(
        Pipe, isWritten(Pipe) ? Interest::Write : Interest::Read,
        Flags & SPLICE_F_NONBLOCK,
        [&](int Fd) { return Call(Fd, Flags | SPLICE_F_NONBLOCK); },
        [&](int Fd) { return Call(Fd, Flags); });
    if (R == -EPIPE)
      takeSigpipe(true);
    return toErrno(R);
  });
}
