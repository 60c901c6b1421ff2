// read_write.cpp - read(2) and write(2) on every kind of file.
#include "libc/read_write.h"
#include "coro/valgrind.h"
#include "libc/receive_all.h"
#include "libc/wrapper.h"
#include "libc/write_all.h"
#include "sys/errno.h"
#include "thread/cancel.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <termios.h>

// glibc's, for _FORTIFY_SOURCE.
extern "C" [[noreturn]] void __chk_fail();

namespace oc {
namespace {

/// Whether a read of the terminal \p Fd may return though poll tells of no
/// input: where lines do not count, VMIN and VTIME say when (termios(3)), and
/// poll does not know how much is asked for. In the background it stops the
/// process, or fails. Not at the other end of a terminal, for its users.
bool isTerminalWithoutPoll(int Fd) {
  struct { // The kernel's struct termios.
    unsigned Modes[4];
    unsigned char Line, Characters[19];
  } T;
  auto Ask = [&](long Request, auto &Answer) {
    return sys::call(SYS_ioctl, Fd, Request, sys::word(&Answer)) == 0;
  };
  int Number, Group;
  if (!Ask(TCGETS, T))
    return false;
  bool IsTimed = !(T.Modes[3] & ICANON) && T.Characters[VMIN] != 1;
  bool IsInBackground =
      Ask(TIOCGPGRP, Group) && Group != sys::call(SYS_getpgid, 0);
  return (IsTimed || IsInBackground) && !Ask(TIOCGPTN, Number);
}

/// Whether nobody has written to the FIFO \p Fd since it was opened, nor can
/// write now: the end of file, which poll does not call one. Asked by a
/// transfer that would have to write to no memory; valgrind would complain.
bool isUnusedFifo(int Fd) {
  if (valgrind::isRunning())
    return false;
  iovec Nowhere{reinterpret_cast<void *>(1), 1};
  return sys::call(SYS_vmsplice, Fd, sys::word(&Nowhere), 1,
                   SPLICE_F_NONBLOCK) == 0;
}

/// Whether the eventfd \p Fd refuses to add what is at \p Value at once, also
/// if it is full.
bool isRefusedByEventfd(int Fd, const iovec &Value) {
  struct stat S;
  uint64_t Count;
  if (sys::fstat(Fd, &S) < 0 || (S.st_mode & S_IFMT) != 0)
    return false;
  return Value.iov_len != sizeof Count ||
         !readUser(Count, static_cast<const uint64_t *>(Value.iov_base)) ||
         Count == UINT64_MAX;
}

/// Tries to read without blocking. Where the file cannot tell beforehand
/// (FIFOs, ttys), readiness comes first and then the plain call.
long tryRead(int Fd, FdKind Kind, void *Buf, size_t N) {
  if (!isUserSpace(Buf, N))
    return PlainCall;
  if (Kind == FdKind::Socket)
    return io::recvfrom(Fd, Buf, N, MSG_DONTWAIT, nullptr, nullptr);
  if (Kind == FdKind::NoWait) {
    long R = io::readNoWait(Fd, Buf, N);
    if (!cannotTell(R))
      return R;
  }
  return readsAtOnce(Fd) ? PlainCall : -EAGAIN;
}

long tryWrite(int Fd, FdKind Kind, const void *Buf, size_t N) {
  if (!isUserSpace(Buf, N))
    return PlainCall;
  if (Kind == FdKind::Socket)
    return io::sendto(Fd, Buf, N, MSG_DONTWAIT, nullptr, 0);
  if (Kind == FdKind::NoWait) {
    long R = io::writeNoWait(Fd, Buf, N);
    if (!cannotTell(R))
      return R;
  }
  return tryPlainWrite(Fd, {const_cast<void *>(Buf), N}, N);
}

} // namespace

bool readsAtOnce(int Fd) {
  if (isReady(Fd, POLLIN))
    return true;
  long Flags = sys::fcntl(Fd, F_GETFL);
  if (Flags < 0 || (Flags & O_PATH) || (Flags & O_ACCMODE) == O_WRONLY)
    return true; // An error.
  return isTerminalWithoutPoll(Fd) ||
         ((Flags & O_ACCMODE) == O_RDONLY && isUnusedFifo(Fd));
}

long tryPlainWrite(int Fd, const iovec &First, size_t N) {
  long R = tryWriteWhenReady(Fd, N);
  return R == -EAGAIN && isRefusedByEventfd(Fd, First) ? PlainCall : R;
}

bool isUserSpace(const void *P, size_t N) {
  constexpr uintptr_t End = (uintptr_t{1} << 47) - 4096;
  auto From = reinterpret_cast<uintptr_t>(P);
  return From <= End && N <= End - From;
}

long readInCoroutine(int Fd, void *Buf, size_t N) {
  FdKind Kind = kindOf(Fd);
  if (N == 0 || Kind == FdKind::File)
    return io::read(Fd, Buf, N);
  if (Kind == FdKind::Socket && isUserSpace(Buf, N))
    if (size_t Least = leastToReceive(Fd, 0); Least > 1) {
      iovec Part{Buf, N};
      return receiveParts(Fd, &Part, 1, Least);
    }
  return blockingCall(
      Fd, Interest::Read, false,
      [&](int Now) { return tryRead(Now, Kind, Buf, N); },
      [&](int Now) { return io::read(Now, Buf, N); });
}

long writeInCoroutine(int Fd, const void *Buf, size_t N) {
  FdKind Kind = kindOf(Fd);
  // Of nothing, a socket's may still wait or fail with a signal.
  if (Kind == FdKind::File || (N == 0 && Kind != FdKind::Socket)) {
    long R = io::write(Fd, Buf, N);
    if (R == -EFBIG)
      takeSigxfsz();
    return R;
  }
  auto *P = static_cast<const char *>(Buf);
  return writeAll(
      Fd, Kind, N, false, false,
      [&](int Now, size_t Done) {
        return tryWrite(Now, Kind, P + Done, N - Done);
      },
      [&](int Now, size_t Done) { return io::write(Now, P + Done, N - Done); });
}

} // namespace oc

using namespace oc;

OC_WRAPPER ssize_t __oc_read(int Fd, void *Buf, size_t N) {
  return cancellationPoint([&]() -> ssize_t {
    return suspendable() ? toErrno(readInCoroutine(Fd, Buf, N))
                         : read(Fd, Buf, N);
  });
}

OC_WRAPPER ssize_t __oc_write(int Fd, const void *Buf, size_t N) {
  return cancellationPoint([&]() -> ssize_t {
    return suspendable() ? toErrno(writeInCoroutine(Fd, Buf, N))
                         : write(Fd, Buf, N);
  });
}

OC_WRAPPER ssize_t __oc___read_chk(int Fd, void *Buf, size_t N, size_t Room) {
  if (N > Room)
    __chk_fail();
  return __oc_read(Fd, Buf, N);
}

/// As eventfd(3) has them: read and write of the counter.
OC_WRAPPER int __oc_eventfd_read(int Fd, eventfd_t *Value) {
  return __oc_read(Fd, Value, sizeof *Value) == sizeof *Value ? 0 : -1;
}

OC_WRAPPER int __oc_eventfd_write(int Fd, eventfd_t Value) {
  return __oc_write(Fd, &Value, sizeof Value) == sizeof Value ? 0 : -1;
}
