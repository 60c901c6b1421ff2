// blocking.cpp - answers from the descriptor table, else from the kernel.
#include "libc/blocking.h"
#include "sys/syscall.h"

#include <atomic>
#include <fcntl.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

namespace oc {
namespace {

/// Whether RWF_NOWAIT itself is what is invalid: from Linux 4.6, which brought
/// preadv2, to 4.12. An empty eventfd tells.
bool isUnknownFlag() {
  enum { NotAsked, Known, Unknown };
  static std::atomic<int> Answer{NotAsked};
  if (Answer.load(std::memory_order_relaxed) == NotAsked) {
    long Fd = sys::eventFd();
    if (Fd < 0)
      return false;
    uint64_t Count;
    long R = sys::readNoWait(static_cast<int>(Fd), &Count, sizeof Count);
    sys::close(static_cast<int>(Fd));
    Answer.store(R == -EINVAL ? Unknown : Known, std::memory_order_relaxed);
  }
  return Answer.load(std::memory_order_relaxed) == Unknown;
}

} // namespace

bool userNonBlocking(int Fd) {
  FdFacts F;
  if (fds::facts(Fd, F))
    return F.NonBlocking;
  long Flags = sys::fcntl(Fd, F_GETFL);
  return Flags >= 0 && (Flags & O_NONBLOCK);
}

Deadline socketDeadline(int Fd, Interest I) {
  bool Receive = I == Interest::Read;
  FdFacts F;
  if (fds::facts(Fd, F) && !(Receive ? F.HasReceiveTimeout : F.HasSendTimeout))
    return Deadline::never();
  timeval Timeout{};
  socklen_t Size = sizeof Timeout;
  if (sys::getsockopt(Fd, SOL_SOCKET, Receive ? SO_RCVTIMEO : SO_SNDTIMEO,
                      &Timeout, &Size) < 0)
    return Deadline::never(); // Not a socket.
  int64_t Ns = nanoseconds(Timeout);
  return Ns ? Deadline::in(Ns) : Deadline::never();
}

int socketOption(int Fd, int Name) {
  int Value = 0;
  socklen_t Size = sizeof Value;
  return sys::getsockopt(Fd, SOL_SOCKET, Name, &Value, &Size) < 0 ? -1 : Value;
}

bool timesEachPart(int Fd) { return socketOption(Fd, SO_DOMAIN) == AF_UNIX; }

bool isReady(int Fd, short Events) {
  pollfd P{Fd, Events, 0};
  return sys::poll(&P, 1, 0) != 0;
}

namespace {
/// What ioctl(2) \p Request says of \p Fd; 0 if it is refused.
int askSocket(int Fd, unsigned long Request) {
  int Answer = 0;
  long R =
      sys::call(SYS_ioctl, Fd, static_cast<long>(Request), sys::word(&Answer));
  return R < 0 ? 0 : Answer;
}
} // namespace

long nextPart(int Fd, bool Reads) {
  if (Reads && askSocket(Fd, SIOCATMARK)) // Urgent data end what is read.
    return 0;
  if (Reads && askSocket(Fd, FIONREAD) > 0) // Fewer than SO_RCVLOWAT, maybe.
    return 1;
  pollfd P{Fd, static_cast<short>(Reads ? POLLRDHUP : POLLOUT), 0};
  sys::poll(&P, 1, 0);
  // An error alone may be what lies in the queue of errors.
  if ((P.revents & (POLLERR | POLLHUP)) == (POLLERR | POLLHUP))
    return 0;
  return P.revents & (POLLOUT | POLLRDHUP | POLLHUP) ? 1 : -EAGAIN;
}

namespace {
/// Whether \p N bytes may fit into the last page of the FIFO at \p Fd, which
/// has no other: pipe_write() in the kernel's fs/pipe.c. Where the bytes are
/// only the write itself can tell.
bool mayFitLastPage(int Fd, size_t N) {
  constexpr size_t Page = 4096;
  int Bytes = 0;
  long Room = sys::fcntl(Fd, F_GETPIPE_SZ);
  if (N % Page == 0 || Room < 0 ||
      sys::call(SYS_ioctl, Fd, FIONREAD, sys::word(&Bytes)) < 0)
    return false;
  return static_cast<long>(N % Page) <= Room - Bytes;
}

constexpr unsigned Memory = 1; // Linux, Documentation/admin-guide/devices.txt

/// Whether \p Fd is /dev/kmsg, which always has room, but does not say so.
bool isKernelLog(int Fd) {
  struct stat S;
  return sys::fstat(Fd, &S) == 0 && S_ISCHR(S.st_mode) &&
         S.st_rdev == makedev(Memory, 11);
}
} // namespace

long tryWriteWhenReady(int Fd, size_t N) {
  // A write of more than there is room for blocks the OS thread.
  bool MayWrite =
      isReady(Fd, POLLOUT) || mayFitLastPage(Fd, N) || isKernelLog(Fd);
  return MayWrite ? PlainCall : -EAGAIN;
}

bool cannotTell(long Result) {
  return Result == -EOPNOTSUPP || Result == -ENOSYS || Result == -EPERM ||
         (Result == -EINVAL && isUnknownFlag());
}

namespace {
/// /dev/null, zero, full, random and urandom: nobody ever waits for them, but
/// for random while the machine starts.
bool isMemoryDevice(dev_t Device) {
  unsigned Minor = minor(Device);
  return major(Device) == Memory &&
         (Minor == 3 || Minor == 5 || Minor == 7 || Minor == 8 || Minor == 9);
}
} // namespace

FdKind kindOf(int Fd) {
  FdFacts F;
  if (fds::facts(Fd, F) && F.Kind != FdKind::Unknown)
    return F.Kind;
  struct stat S;
  if (sys::fstat(Fd, &S) < 0)
    return FdKind::File; // Makes the plain call, which tells the error.
  FdKind Kind = FdKind::Other;
  switch (S.st_mode & S_IFMT) {
  case S_IFSOCK:
    Kind = FdKind::Socket;
    break;
  case S_IFREG:
  case S_IFDIR:
  case S_IFBLK:
    Kind = FdKind::File;
    break;
  case S_IFCHR:
    if (isMemoryDevice(S.st_rdev))
      Kind = FdKind::File;
    break;
  case S_IFIFO:
  case 0: // eventfd, timerfd and so on.
    Kind = FdKind::NoWait;
    break;
  }
  fds::setKind(Fd, Kind);
  return Kind;
}

} // namespace oc
