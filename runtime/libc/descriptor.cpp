// descriptor.cpp - calls that make, copy, change and close descriptors. None
// waits for data; they tell the descriptor table what they did.
#include "libc/blocking.h"
#include "libc/opening.h"
#include "libc/os_state.h"
#include "libc/receive_all.h"
#include "libc/wrapper.h"
#include "reactor/fd_table.h"
#include "sys/errno.h"
#include "thread/cancel.h"

#include <algorithm>
#include <cerrno>
#include <cstdarg>
#include <fcntl.h>
#include <linux/close_range.h>

namespace oc {
namespace {

int made(int Fd, FdKind Kind, bool NonBlocking) {
  if (Fd >= 0 && runtimeServes())
    fds::created(Fd, {.Kind = Kind, .NonBlocking = NonBlocking});
  return Fd;
}

/// \p New refers to the same description as \p Old from now on.
int copied(int Old, int New) {
  if (New >= 0 && runtimeServes()) {
    if (New != Old)
      fds::forget(New);
    fds::shared(Old);
    fds::shared(New);
  }
  return New;
}

bool isHidden(int Fd) {
  return runtimeServes() && (isOwn(Fd) || fds::isHidden(Fd));
}

int badDescriptor() { return static_cast<int>(toErrno(-EBADF)); }

int copyTo(int Old, int New, int Flags, bool HasFlags) {
  // What was there is closed by the kernel in the same step.
  if (runtimeServes() && Old != New && New >= 0 && !isHidden(New) &&
      sys::fcntl(Old, F_GETFD) >= 0)
    fds::forget(New);
  return copied(Old, HasFlags ? dup3(Old, New, Flags) : dup2(Old, New));
}

int control(int Fd, int Command, long Arg) {
  bool Waits = Command == F_SETLKW || Command == F_OFD_SETLKW;
  auto Call = [&] { return fcntl(Fd, Command, Arg); };
  int Result = Waits ? cancellationPoint([&] { return opaque(Call); }) : Call();
  if (Result < 0 || !runtimeServes())
    return Result;
  if (Command == F_DUPFD || Command == F_DUPFD_CLOEXEC)
    return copied(Fd, Result);
  if (Command == F_SETFL)
    fds::setNonBlocking(Fd, Arg & O_NONBLOCK);
  return Result;
}

/// open(2) and its kin, by \p Op.
template <typename Callable>
int openFile(int Directory, const char *Path, int Flags, Callable Op) {
  int Fd =
      cancellationPoint([&] { return opening(Directory, Path, Flags, Op); });
  return made(Fd, FdKind::Unknown, Flags & O_NONBLOCK);
}

/// The mode that an open call with \p Flags has as its last argument.
mode_t modeFrom(int Flags, va_list Args) {
  bool Has = (Flags & O_CREAT) || (Flags & O_TMPFILE) == O_TMPFILE;
  return Has ? va_arg(Args, mode_t) : 0;
}

} // namespace
} // namespace oc

using namespace oc;

OC_WRAPPER int __oc_close(int Fd) {
  if (isHidden(Fd))
    return badDescriptor();
  if (!runtimeServes())
    return close(Fd);
  cancelIfRequested();
  fds::forget(Fd);
  int Result = close(Fd);
  fds::closed(Fd);
  return Result;
}

OC_WRAPPER int __oc_closedir(DIR *D) {
  if (!runtimeServes())
    return closedir(D);
  int Fd = dirfd(D);
  fds::forget(Fd);
  int Result = closedir(D);
  fds::closed(Fd);
  return Result;
}

/// close_range(2). The runtime's own descriptors stay open.
OC_WRAPPER int __oc_close_range(unsigned First, unsigned Last,
                                int Flags) noexcept {
  constexpr int Known = CLOSE_RANGE_UNSHARE | CLOSE_RANGE_CLOEXEC;
  if (!runtimeServes() || First > Last || (Flags & ~Known))
    return close_range(First, Last, Flags);
  if (Flags & CLOSE_RANGE_UNSHARE) // In a table of the caller's own.
    useOsThread(Heirs::All);
  if (Flags & CLOSE_RANGE_CLOEXEC)
    return close_range(First, Last, Flags);
  unsigned End = static_cast<unsigned>(leastOwn()) - 1;
  if (First > End)
    return 0;
  if (Flags)
    return close_range(First, std::min(Last, End), Flags);
  fds::forgetRange(First, std::min(Last, End));
  int Result = close_range(First, std::min(Last, End), Flags);
  fds::closedRange(First, std::min(Last, End));
  return Result;
}

OC_WRAPPER void __oc_closefrom(int First) noexcept {
  __oc_close_range(static_cast<unsigned>(std::max(First, 0)), ~0u, 0);
}

OC_WRAPPER int __oc_dup(int Fd) noexcept {
  return isHidden(Fd) ? badDescriptor() : copied(Fd, dup(Fd));
}

OC_WRAPPER int __oc_dup2(int Old, int New) noexcept {
  return isHidden(Old) || isHidden(New) ? badDescriptor()
                                        : copyTo(Old, New, 0, false);
}

OC_WRAPPER int __oc_dup3(int Old, int New, int Flags) noexcept {
  return isHidden(Old) || isHidden(New) ? badDescriptor()
                                        : copyTo(Old, New, Flags, true);
}

OC_WRAPPER int __oc_fcntl(int Fd, int Command, ...) {
  if (isHidden(Fd))
    return badDescriptor();
  va_list Args;
  va_start(Args, Command);
  long Arg = va_arg(Args, long); // An int or a pointer, or nothing.
  va_end(Args);
  return control(Fd, Command, Arg);
}

OC_WRAPPER int __oc_fcntl64(int Fd, int Command, ...) {
  va_list Args;
  va_start(Args, Command);
  long Arg = va_arg(Args, long);
  va_end(Args);
  return __oc_fcntl(Fd, Command, Arg);
}

OC_WRAPPER int __oc_ioctl(int Fd, unsigned long Request, ...) noexcept {
  if (isHidden(Fd))
    return badDescriptor();
  va_list Args;
  va_start(Args, Request);
  void *Arg = va_arg(Args, void *);
  va_end(Args);
  int Result = ioctl(Fd, Request, Arg);
  if (Result == 0 && Request == FIONBIO && runtimeServes())
    fds::setNonBlocking(Fd, *static_cast<int *>(Arg));
  return Result;
}

OC_WRAPPER int __oc_socket(int Domain, int Type, int Protocol) noexcept {
  return made(socket(Domain, Type, Protocol), FdKind::Socket,
              Type & SOCK_NONBLOCK);
}

OC_WRAPPER int __oc_socketpair(int Domain, int Type, int Protocol,
                               int Pair[2]) noexcept {
  int Result = socketpair(Domain, Type, Protocol, Pair);
  for (int I = 0; Result == 0 && I < 2; ++I)
    made(Pair[I], FdKind::Socket, Type & SOCK_NONBLOCK);
  return Result;
}

OC_WRAPPER int __oc_pipe2(int Pair[2], int Flags) noexcept {
  int Result = pipe2(Pair, Flags);
  for (int I = 0; Result == 0 && I < 2; ++I)
    made(Pair[I], FdKind::NoWait, Flags & O_NONBLOCK);
  return Result;
}

OC_WRAPPER int __oc_pipe(int Pair[2]) noexcept { return __oc_pipe2(Pair, 0); }

// Descriptors whose reads say RWF_NOWAIT, and those that are only polled.

OC_WRAPPER int __oc_eventfd(unsigned Value, int Flags) noexcept {
  return made(eventfd(Value, Flags), FdKind::NoWait, Flags & EFD_NONBLOCK);
}

OC_WRAPPER int __oc_timerfd_create(clockid_t Clock, int Flags) noexcept {
  return made(timerfd_create(Clock, Flags), FdKind::NoWait,
              Flags & TFD_NONBLOCK);
}

OC_WRAPPER int __oc_signalfd(int Fd, const sigset_t *Set, int Flags) noexcept {
  int New = signalfd(Fd, Set, Flags);
  return Fd == -1 ? made(New, FdKind::NoWait, Flags & SFD_NONBLOCK) : New;
}

OC_WRAPPER int __oc_inotify_init1(int Flags) noexcept {
  return made(inotify_init1(Flags), FdKind::NoWait, Flags & IN_NONBLOCK);
}

OC_WRAPPER int __oc_inotify_init() noexcept { return __oc_inotify_init1(0); }

OC_WRAPPER int __oc_epoll_create1(int Flags) noexcept {
  return made(epoll_create1(Flags), FdKind::NoWait, false);
}

OC_WRAPPER int __oc_epoll_create(int Size) noexcept {
  return made(epoll_create(Size), FdKind::NoWait, false);
}

OC_WRAPPER int __oc_setsockopt(int Fd, int Level, int Name, const void *Value,
                               socklen_t Size) noexcept {
  int Result = setsockopt(Fd, Level, Name, Value, Size);
  if (Result != 0 || Level != SOL_SOCKET)
    return Result;
  if (Name == SO_RCVLOWAT) // Sockets that main prepared count, too.
    lowWaterIsUsed();
  if (!runtimeServes())
    return Result;
  // Read once per wait from here on; it may have been set to zero.
  if (Name == SO_RCVTIMEO || Name == SO_RCVTIMEO_NEW)
    fds::setReceiveTimeout(Fd, true);
  else if (Name == SO_SNDTIMEO || Name == SO_SNDTIMEO_NEW)
    fds::setSendTimeout(Fd, true);
  return Result;
}

OC_WRAPPER int __oc_shutdown(int Fd, int How) noexcept {
  if (isHidden(Fd))
    return badDescriptor();
  int Result = shutdown(Fd, How);
  // Who sends at either end is woken, and told by no event.
  if (Result == 0 && runtimeServes() && socketOption(Fd, SO_DOMAIN) == AF_UNIX)
    fds::retryWrites();
  return Result;
}

#define OC_OPEN(Name)                                                          \
  OC_WRAPPER int __oc_##Name(const char *Path, int Flags, ...) {               \
    va_list Args;                                                              \
    va_start(Args, Flags);                                                     \
    mode_t Mode = modeFrom(Flags, Args);                                       \
    va_end(Args);                                                              \
    return openFile(AT_FDCWD, Path, Flags,                                     \
                    [&] { return Name(Path, Flags, Mode); });                  \
  }
#define OC_OPENAT(Name)                                                        \
  OC_WRAPPER int __oc_##Name(int Directory, const char *Path, int Flags,       \
                             ...) {                                            \
    va_list Args;                                                              \
    va_start(Args, Flags);                                                     \
    mode_t Mode = modeFrom(Flags, Args);                                       \
    va_end(Args);                                                              \
    return openFile(Directory, Path, Flags,                                    \
                    [&] { return Name(Directory, Path, Flags, Mode); });       \
  }
OC_OPEN(open)
OC_OPEN(open64)
OC_OPENAT(openat)
OC_OPENAT(openat64)

OC_WRAPPER int __oc_creat(const char *Path, mode_t Mode) {
  return openFile(AT_FDCWD, Path, 0, [&] { return creat(Path, Mode); });
}
OC_WRAPPER int __oc_creat64(const char *Path, mode_t Mode) {
  return openFile(AT_FDCWD, Path, 0, [&] { return creat64(Path, Mode); });
}
