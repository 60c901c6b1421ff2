// transfer.cpp - data from one descriptor to another inside the kernel. There
// is no form of these calls that does not block and leaves the files' flags
// alone: readiness comes first, then the plain call. Who takes the data or the
// room in between makes the OS thread wait.
#include "libc/opaque_wrapper.h"
#include "libc/vector.h"
#include "libc/write_all.h"
#include "sys/errno.h"

#include <sys/sendfile.h>
#include <sys/stat.h>

namespace oc {
namespace {

//===- sendfile -----------------------------------------------------------===//

/// Whether \p Fd may be used for \p I; else the call fails at once.
bool isOpenFor(int Fd, Interest I) {
  long Flags = sys::fcntl(Fd, F_GETFL);
  int Refuses = I == Interest::Read ? O_WRONLY : O_RDONLY;
  return Flags >= 0 && (Flags & O_ACCMODE) != Refuses;
}

int socketOption(int Fd, int Name) {
  int Value = 0;
  socklen_t Size = sizeof Value;
  return sys::getsockopt(Fd, SOL_SOCKET, Name, &Value, &Size) < 0 ? -1 : Value;
}

/// How much fits into a stream socket that poll says is writable: a third of
/// its buffer is free then, some of which the kernel's own records take.
size_t roomIn(int Fd) {
  return static_cast<size_t>(std::max(socketOption(Fd, SO_SNDBUF) / 4, 4096));
}

long sendFileInCoroutine(int Out, int In, off_t *Offset, size_t N) {
  auto Send = [&](int Now, size_t Most) {
    return sys::call(SYS_sendfile, Now, In, sys::word(Offset),
                     static_cast<long>(Most));
  };
  // To another kind of file it waits for a disk at most, or fails.
  if (!N || kindOf(Out) == FdKind::File || !isOpenFor(Out, Interest::Write) ||
      !isOpenFor(In, Interest::Read) || userNonBlocking(Out))
    return opaqueRaw([&] { return Send(Out, N); });
  if (socketOption(Out, SO_TYPE) != SOCK_STREAM) {
    bool InIsEmpty = false; // And does not block: not what to wait for.
    long R = blockingCall(
        Out, Interest::Write, false,
        [&](int Now) {
          if (!isReady(Now, POLLOUT))
            return long{-EAGAIN};
          long Sent = Send(Now, N);
          InIsEmpty = Sent == -EAGAIN;
          return InIsEmpty ? 0 : Sent;
        },
        [&](int Now) { return Send(Now, N); });
    if (R == -EPIPE)
      takeSigpipe(true);
    return InIsEmpty ? -EAGAIN : R;
  }
  // For each part the kernel makes a call on the socket, with a timeout and a
  // signal of its own: not one call of FdKind::Socket.
  return writeAll(
      Out, FdKind::Other, N, false, false,
      [&](int Now, size_t Done) {
        return isReady(Now, POLLOUT)
                   ? Send(Now, std::min(N - Done, roomIn(Now)))
                   : -EAGAIN;
      },
      [&](int Now, size_t Done) { return Send(Now, N - Done); });
}

//===- Pipes --------------------------------------------------------------===//

/// \returns the inode number if \p Fd is a pipe or FIFO, else 0.
ino_t pipeOf(int Fd) {
  struct stat S;
  return sys::fstat(Fd, &S) == 0 && S_ISFIFO(S.st_mode) ? S.st_ino : 0;
}

/// Waits until \p Fd is ready for \p I, as a call on it would. \returns 0 or a
/// negative errno value.
long await(int Fd, Interest I) {
  if (kindOf(Fd) == FdKind::File || userNonBlocking(Fd))
    return 0;
  short Events = I == Interest::Read ? POLLIN : POLLOUT;
  return blockingCall(
      Fd, I, false,
      [&](int Now) { return isReady(Now, Events) ? 0L : -EAGAIN; },
      [](int) { return 0L; });
}

/// Waits until something can go from \p In to \p Out. \returns 0, also if the
/// plain call is going to fail, or a negative errno value.
long awaitBoth(int In, int Out, bool OnlyPipes) {
  ino_t From = pipeOf(In), To = pipeOf(Out);
  bool Fails = From == To || (OnlyPipes && (!From || !To));
  if (Fails || !isOpenFor(In, Interest::Read) ||
      !isOpenFor(Out, Interest::Write))
    return 0;
  if (long R = await(In, Interest::Read))
    return R;
  return await(Out, Interest::Write);
}

constexpr unsigned KnownFlags =
    SPLICE_F_MOVE | SPLICE_F_NONBLOCK | SPLICE_F_MORE | SPLICE_F_GIFT;

/// Whether a call with \p Flags for \p N bytes may wait.
bool mayWait(size_t N, unsigned Flags) {
  return suspendable() && N && !(Flags & (SPLICE_F_NONBLOCK | ~KnownFlags));
}

} // namespace
} // namespace oc

using namespace oc;

OC_WRAPPER ssize_t __oc_sendfile(int Out, int In, off_t *Offset,
                                 size_t N) noexcept {
  return suspendable() ? toErrno(sendFileInCoroutine(Out, In, Offset, N))
                       : sendfile(Out, In, Offset, N);
}

OC_WRAPPER ssize_t __oc_sendfile64(int Out, int In, off64_t *Offset,
                                   size_t N) noexcept {
  return __oc_sendfile(Out, In, Offset, N);
}

OC_WRAPPER ssize_t __oc_splice(int In, off64_t *InOffset, int Out,
                               off64_t *OutOffset, size_t N, unsigned Flags) {
  return cancellationPoint([&]() -> ssize_t {
    // What has no position fails with an offset.
    bool Waits = mayWait(N, Flags) &&
                 !(InOffset && kindOf(In) != FdKind::File) &&
                 !(OutOffset && kindOf(Out) != FdKind::File);
    if (long R = Waits ? awaitBoth(In, Out, false) : 0)
      return toErrno(R);
    return opaque(
        [&] { return splice(In, InOffset, Out, OutOffset, N, Flags); });
  });
}

OC_WRAPPER ssize_t __oc_tee(int In, int Out, size_t N, unsigned Flags) {
  return cancellationPoint([&]() -> ssize_t {
    if (long R = mayWait(N, Flags) ? awaitBoth(In, Out, true) : 0)
      return toErrno(R);
    return opaque([&] { return tee(In, Out, N, Flags); });
  });
}

OC_WRAPPER ssize_t __oc_vmsplice(int Pipe, const iovec *Parts, size_t Count,
                                 unsigned Flags) {
  return cancellationPoint([&]() -> ssize_t {
    Vector V(Parts, Count);
    bool Waits =
        mayWait(Count, Flags) && pipeOf(Pipe) && V.measure() && V.total() != 0;
    // Into a pipe, or, by its reading end, out of it.
    if (long R = Waits ? await(Pipe, isOpenFor(Pipe, Interest::Write)
                                         ? Interest::Write
                                         : Interest::Read)
                       : 0)
      return toErrno(R);
    return opaque([&] { return vmsplice(Pipe, Parts, Count, Flags); });
  });
}
