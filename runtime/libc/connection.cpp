// connection.cpp - making connections. The kernel has no accept and no connect
// that asks for no waiting and leaves the file's flags alone.
#include "libc/blocking.h"
#include "libc/wrapper.h"
#include "sys/errno.h"
#include "thread/cancel.h"

#include <mutex>

namespace oc {
namespace {

/// Whether accept may wait on \p Fd; else it fails at once.
bool isListening(int Fd) {
  int Is = 0;
  socklen_t Size = sizeof Is;
  return sys::getsockopt(Fd, SOL_SOCKET, SO_ACCEPTCONN, &Is, &Size) == 0 && Is;
}

/// Takes a connection if one is there. The lock keeps this process's other
/// coroutines from taking it between the two calls. Where another process may,
/// the call for the next one is a plain one.
long tryAccept(int Fd, sockaddr *A, socklen_t *Len, int Flags) {
  Lock &Accepting = fds::acceptLock(Fd);
  std::lock_guard Held(Accepting);
  pollfd P{Fd, POLLIN, 0};
  if (sys::poll(&P, 1, 0) == 0 && isListening(Fd))
    return -EAGAIN;
  FdFacts Facts;
  return fds::facts(Fd, Facts) ? io::accept4(Fd, A, Len, Flags) : PlainCall;
}

long acceptInCoroutine(int Fd, sockaddr *A, socklen_t *Len, int Flags) {
  if (Flags & ~(SOCK_CLOEXEC | SOCK_NONBLOCK)) // An error, whatever waits.
    return io::accept4(Fd, A, Len, Flags);
  FdCall Call(Fd, Interest::Read);
  Call.TryMayBlock = true; // Where main or prebuilt code is faster.
  return blockingCall(
      Call, false, [&](int Now) { return tryAccept(Now, A, Len, Flags); },
      [&](int Now) { return io::accept4(Now, A, Len, Flags); });
}

int acceptAny(int Fd, sockaddr *A, socklen_t *Len, int Flags) {
  int New = cancellationPoint([&] {
    return suspendable()
               ? static_cast<int>(toErrno(acceptInCoroutine(Fd, A, Len, Flags)))
               : accept4(Fd, A, Len, Flags);
  });
  if (New >= 0 && currentCoroutine()) {
    FdFacts Listener; // Its timeouts are inherited.
    bool Known = fds::facts(Fd, Listener);
    fds::created(New,
                 {.Kind = FdKind::Socket,
                  .NonBlocking = (Flags & SOCK_NONBLOCK) != 0,
                  .HasReceiveTimeout = !Known || Listener.HasReceiveTimeout,
                  .HasSendTimeout = !Known || Listener.HasSendTimeout});
  }
  return New;
}

} // namespace
} // namespace oc

using namespace oc;

OC_WRAPPER int __oc_accept(int Fd, sockaddr *A, socklen_t *Len) {
  return acceptAny(Fd, A, Len, 0);
}

OC_WRAPPER int __oc_accept4(int Fd, sockaddr *A, socklen_t *Len, int Flags) {
  return acceptAny(Fd, A, Len, Flags);
}

/// connect(2). A blocking one waits for the peer: on the OS thread, whose
/// worker goes on with another.
OC_WRAPPER int __oc_connect(int Fd, const sockaddr *A, socklen_t Len) {
  return cancellationPoint([&]() -> int {
    if (!suspendable() || userNonBlocking(Fd))
      return connect(Fd, A, Len);
    return opaque([&] { return connect(Fd, A, Len); });
  });
}
