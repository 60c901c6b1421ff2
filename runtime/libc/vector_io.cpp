// vector_io.cpp - readv(2) and writev(2), as read and write do it; and what
// reads and writes at a position.
#include "libc/read_write.h"
#include "libc/receive_all.h"
#include "libc/vector.h"
#include "libc/wrapper.h"
#include "libc/write_all.h"
#include "sys/errno.h"
#include "thread/cancel.h"

namespace oc {
namespace {

long tryReadv(int Fd, FdKind Kind, const iovec *Parts, size_t Count) {
  if (Kind == FdKind::Socket) {
    msghdr M{};
    M.msg_iov = const_cast<iovec *>(Parts);
    M.msg_iovlen = Count;
    return io::recvmsg(Fd, &M, MSG_DONTWAIT);
  }
  if (Kind == FdKind::NoWait) {
    long R = io::readvNoWait(Fd, Parts, Count);
    if (!cannotTell(R))
      return R;
  }
  return readsAtOnce(Fd) ? PlainCall : -EAGAIN;
}

long tryWritev(int Fd, FdKind Kind, Vector::Window W, size_t N) {
  if (Kind == FdKind::Socket) {
    msghdr M{};
    M.msg_iov = const_cast<iovec *>(W.Parts);
    M.msg_iovlen = W.Count;
    return io::sendmsg(Fd, &M, MSG_DONTWAIT);
  }
  if (Kind == FdKind::NoWait) {
    long R = io::writevNoWait(Fd, W.Parts, W.Count);
    if (!cannotTell(R))
      return R;
  }
  return tryPlainWrite(Fd, W.Parts[0], N);
}

/// Errors, and what has nothing to wait for, are left to the plain call.
bool mayWait(Vector &V, FdKind Kind) {
  return Kind != FdKind::File && V.measure() && V.total() != 0;
}

long readvInCoroutine(int Fd, const iovec *Parts, size_t Count) {
  FdKind Kind = kindOf(Fd);
  if (Vector V(Parts, Count); !mayWait(V, Kind))
    return io::readv(Fd, Parts, Count);
  if (Kind == FdKind::Socket)
    if (size_t Least = leastToReceive(Fd, 0); Least > 1)
      return receiveParts(Fd, Parts, Count, Least);
  return blockingCall(
      Fd, Interest::Read, false,
      [&](int Now) { return tryReadv(Now, Kind, Parts, Count); },
      [&](int Now) { return io::readv(Now, Parts, Count); });
}

long writevInCoroutine(int Fd, const iovec *Parts, size_t Count) {
  FdKind Kind = kindOf(Fd);
  Vector V(Parts, Count);
  if (!mayWait(V, Kind)) {
    long R = io::writev(Fd, Parts, Count);
    if (R == -EFBIG)
      takeSigxfsz();
    return R;
  }
  return writeAll(
      Fd, Kind, V.total(), false, false,
      [&](int Now, size_t Done) {
        return tryWritev(Now, Kind, V.from(Done), V.total() - Done);
      },
      [&](int Now, size_t Done) {
        Vector::Window W = V.from(Done);
        return io::writev(Now, W.Parts, W.Count);
      });
}

/// A negative count is the kernel's to refuse, as one that is too large.
size_t countOf(int Count) { return static_cast<unsigned>(Count); }

} // namespace
} // namespace oc

using namespace oc;

OC_WRAPPER ssize_t __oc_readv(int Fd, const iovec *Parts, int Count) {
  return cancellationPoint([&]() -> ssize_t {
    return suspendable() ? toErrno(readvInCoroutine(Fd, Parts, countOf(Count)))
                         : readv(Fd, Parts, Count);
  });
}

OC_WRAPPER ssize_t __oc_writev(int Fd, const iovec *Parts, int Count) {
  return cancellationPoint([&]() -> ssize_t {
    return suspendable() ? toErrno(writevInCoroutine(Fd, Parts, countOf(Count)))
                         : writev(Fd, Parts, Count);
  });
}

namespace oc {
namespace {

/// Files with positions wait for a disk at most, which hands the worker over.
template <typename Callable> ssize_t at(Callable Op) {
  return cancellationPoint([&]() -> ssize_t {
    ssize_t R = Op();
    if (R < 0 && getErrno() == EFBIG)
      takeSigxfsz();
    return R;
  });
}

} // namespace
} // namespace oc

#define OC_AT(Result, Name, Parameters, Arguments)                             \
  OC_WRAPPER Result __oc_##Name Parameters {                                   \
    return at([&] { return Name Arguments; });                                 \
  }
OC_AT(ssize_t, pread, (int Fd, void *Buf, size_t N, off_t At), (Fd, Buf, N, At))
OC_AT(ssize_t, pread64, (int Fd, void *Buf, size_t N, off64_t At),
      (Fd, Buf, N, At))

// glibc's, for _FORTIFY_SOURCE.
extern "C" [[noreturn]] void __chk_fail();

OC_WRAPPER ssize_t __oc___pread_chk(int Fd, void *Buf, size_t N, off_t At,
                                    size_t Room) {
  if (N > Room)
    __chk_fail();
  return __oc_pread(Fd, Buf, N, At);
}
OC_WRAPPER ssize_t __oc___pread64_chk(int Fd, void *Buf, size_t N, off64_t At,
                                      size_t Room) {
  return __oc___pread_chk(Fd, Buf, N, At, Room);
}

OC_AT(ssize_t, pwrite, (int Fd, const void *Buf, size_t N, off_t At),
      (Fd, Buf, N, At))
OC_AT(ssize_t, pwrite64, (int Fd, const void *Buf, size_t N, off64_t At),
      (Fd, Buf, N, At))
OC_AT(ssize_t, preadv, (int Fd, const iovec *Parts, int Count, off_t At),
      (Fd, Parts, Count, At))
OC_AT(ssize_t, preadv64, (int Fd, const iovec *Parts, int Count, off64_t At),
      (Fd, Parts, Count, At))
OC_AT(ssize_t, pwritev, (int Fd, const iovec *Parts, int Count, off_t At),
      (Fd, Parts, Count, At))
OC_AT(ssize_t, pwritev64, (int Fd, const iovec *Parts, int Count, off64_t At),
      (Fd, Parts, Count, At))

// At offset -1 these read and write where the file stands, and so any file.

OC_WRAPPER ssize_t __oc_preadv2(int Fd, const iovec *Parts, int Count,
                                off_t Offset, int Flags) {
  return cancellationPoint([&] {
    return Offset == -1 && !Flags ? __oc_readv(Fd, Parts, Count)
                                  : preadv2(Fd, Parts, Count, Offset, Flags);
  });
}

OC_WRAPPER ssize_t __oc_pwritev2(int Fd, const iovec *Parts, int Count,
                                 off_t Offset, int Flags) {
  return cancellationPoint([&]() -> ssize_t {
    if (Offset == -1 && !Flags)
      return __oc_writev(Fd, Parts, Count);
    ssize_t R = pwritev2(Fd, Parts, Count, Offset, Flags);
    if (R < 0 && getErrno() == EFBIG)
      takeSigxfsz();
    if (R >= 0 || !suspendable() || getErrno() != EPIPE)
      return R;
    takeSigpipe(true);
    return toErrno(-EPIPE);
  });
}

OC_WRAPPER ssize_t __oc_preadv64v2(int Fd, const iovec *Parts, int Count,
                                   off64_t Offset, int Flags) {
  return __oc_preadv2(Fd, Parts, Count, Offset, Flags);
}

OC_WRAPPER ssize_t __oc_pwritev64v2(int Fd, const iovec *Parts, int Count,
                                    off64_t Offset, int Flags) {
  return __oc_pwritev2(Fd, Parts, Count, Offset, Flags);
}
