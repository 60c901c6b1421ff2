// transfer.cpp - when the kernel would wait at one end of a transfer.
#include "libc/transfer.h"
#include "sys/syscall.h"

#include <fcntl.h>
#include <sys/stat.h>

namespace oc {

End endAt(int Fd, Interest I) {
  struct stat S;
  if (sys::fstat(Fd, &S) < 0)
    return End::File;
  if (S_ISFIFO(S.st_mode))
    return End::Pipe;
  if (S_ISSOCK(S.st_mode))
    return I == Interest::Read && socketOption(Fd, SO_DOMAIN) == AF_UNIX &&
                   socketOption(Fd, SO_TYPE) == SOCK_STREAM
               ? End::Stream
               : End::Other;
  return S_ISCHR(S.st_mode) ? End::Other : End::File;
}

bool Transfer::hasSome(const FdCall &At) const {
  return ask(At, [&](int Fd) {
    pollfd P{Fd, eventsAt(At), 0};
    sys::poll(&P, 1, 0);
    return (P.revents & P.events) && !(P.revents & POLLERR);
  });
}

bool Transfer::isOpen(const FdCall &At) const {
  return ask(At, [&](int Fd) {
    long Flags = sys::fcntl(Fd, F_GETFL);
    int Refuses = At.Read ? O_WRONLY : O_RDONLY;
    return Flags >= 0 && !(Flags & O_PATH) && (Flags & O_ACCMODE) != Refuses;
  });
}

bool Transfer::waitsAt(const FdCall &At) const {
  return isOpen(At) && ask(At, [&](int Fd) {
           if (socketOption(Fd, SO_TYPE) != SOCK_STREAM)
             return true;
           char None; // Of no bytes, this only asks.
           long R = At.Read
                        ? sys::recvfrom(Fd, &None, 0, MSG_PEEK | MSG_DONTWAIT,
                                        nullptr, nullptr)
                        : sys::sendto(Fd, &None, 0, MSG_DONTWAIT | MSG_NOSIGNAL,
                                      nullptr, 0);
           return R >= 0 || R == -EAGAIN;
         });
}

long Transfer::await(FdCall &At) {
  return untilReady(
      At,
      [&] {
        HasTimeout = false;
        if (ask(At, userNonBlocking))
          return Deadline::at(0);
        Deadline Until = ask(At, [&](int Fd) {
          return socketDeadline(Fd, At.Read ? Interest::Read : Interest::Write);
        });
        HasTimeout = !Until.isNever();
        return Until;
      },
      [&](int Fd) { return oc::isReady(Fd, eventsAt(At)) ? 0L : -EAGAIN; },
      [](int) { return 0L; });
}

} // namespace oc
