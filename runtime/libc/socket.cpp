// socket.cpp - data through sockets.
#include "libc/wrapper.h"
#include "libc/write_all.h"
#include "sys/errno.h"

extern "C" [[noreturn]] void __chk_fail();

namespace oc {
namespace {

struct Message {
  void *Buf;
  size_t N;
  int Flags;
  sockaddr *From;
  socklen_t *FromLen;

  long receive(int Fd, size_t Offset, int ExtraFlags) const {
    return sys::recvfrom(Fd, static_cast<char *>(Buf) + Offset, N - Offset,
                         Flags | ExtraFlags, From, FromLen);
  }
};

/// Whether no more can come on \p Fd than is there now.
bool isAtEnd(int Fd) {
  pollfd P{Fd, POLLRDHUP, 0};
  return sys::poll(&P, 1, 0) > 0; // POLLHUP and POLLERR come unasked.
}

/// recv with MSG_WAITALL: until the buffer is full, the stream ends, or a
/// signal or an error comes. With MSG_PEEK nothing is taken, so that each try
/// starts anew.
long receiveAll(int Fd, const Message &M) {
  size_t Done = 0;
  bool Peek = M.Flags & MSG_PEEK;
  for (;;) {
    long R = blockingCall(
        Fd, Interest::Read, false,
        [&](int Now) {
          long Got = M.receive(Now, Done, MSG_DONTWAIT);
          bool Short = Peek && Got > 0 && static_cast<size_t>(Got) < M.N;
          return Short && !isAtEnd(Now) ? -EAGAIN : Got;
        },
        [&](int Now) { return M.receive(Now, Done, 0); });
    if (R < 0)
      return Done ? static_cast<long>(Done) : R;
    Done += static_cast<size_t>(R);
    if (R == 0 || Done >= M.N || Peek)
      return static_cast<long>(Done);
  }
}

bool isStream(int Fd) {
  int Type = 0;
  socklen_t Size = sizeof Type;
  sys::getsockopt(Fd, SOL_SOCKET, SO_TYPE, &Type, &Size);
  return Type == SOCK_STREAM;
}

long receiveInCoroutine(int Fd, const Message &M) {
  if ((M.Flags & (MSG_WAITALL | MSG_DONTWAIT | MSG_ERRQUEUE)) == MSG_WAITALL &&
      isStream(Fd) && !userNonBlocking(Fd))
    return receiveAll(Fd, M);
  return blockingCall(
      Fd, Interest::Read, M.Flags & (MSG_DONTWAIT | MSG_ERRQUEUE),
      [&](int Now) { return M.receive(Now, 0, MSG_DONTWAIT); },
      [&](int Now) { return M.receive(Now, 0, 0); });
}

long sendInCoroutine(int Fd, const void *Buf, size_t N, int Flags,
                     const sockaddr *To, socklen_t ToLen) {
  return writeAll(
      Fd, FdKind::Socket, static_cast<const char *>(Buf), N,
      Flags & MSG_DONTWAIT, Flags & MSG_NOSIGNAL,
      [&](int Now, const char *P, size_t Left) {
        return sys::sendto(Now, P, Left, Flags | MSG_DONTWAIT, To, ToLen);
      },
      [&](int Now, const char *P, size_t Left) {
        return sys::sendto(Now, P, Left, Flags, To, ToLen);
      });
}

} // namespace
} // namespace oc

using namespace oc;

OC_WRAPPER ssize_t __oc_recv(int Fd, void *Buf, size_t N, int Flags) {
  if (!suspendable())
    return recv(Fd, Buf, N, Flags);
  return toErrno(receiveInCoroutine(Fd, {Buf, N, Flags, nullptr, nullptr}));
}

OC_WRAPPER ssize_t __oc_recvfrom(int Fd, void *Buf, size_t N, int Flags,
                                 sockaddr *From, socklen_t *FromLen) {
  if (!suspendable())
    return recvfrom(Fd, Buf, N, Flags, From, FromLen);
  return toErrno(receiveInCoroutine(Fd, {Buf, N, Flags, From, FromLen}));
}

OC_WRAPPER ssize_t __oc_send(int Fd, const void *Buf, size_t N, int Flags) {
  if (!suspendable())
    return send(Fd, Buf, N, Flags);
  return toErrno(sendInCoroutine(Fd, Buf, N, Flags, nullptr, 0));
}

OC_WRAPPER ssize_t __oc_sendto(int Fd, const void *Buf, size_t N, int Flags,
                               const sockaddr *To, socklen_t ToLen) {
  if (!suspendable())
    return sendto(Fd, Buf, N, Flags, To, ToLen);
  return toErrno(sendInCoroutine(Fd, Buf, N, Flags, To, ToLen));
}

OC_WRAPPER ssize_t __oc___recv_chk(int Fd, void *Buf, size_t N, size_t Room,
                                   int Flags) {
  if (N > Room)
    __chk_fail();
  return __oc_recv(Fd, Buf, N, Flags);
}

OC_WRAPPER ssize_t __oc___recvfrom_chk(int Fd, void *Buf, size_t N, size_t Room,
                                       int Flags, sockaddr *From,
                                       socklen_t *FromLen) {
  if (N > Room)
    __chk_fail();
  return __oc_recvfrom(Fd, Buf, N, Flags, From, FromLen);
}
