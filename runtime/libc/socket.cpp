// socket.cpp - data through sockets.
#include "libc/receive_all.h"
#include "libc/wrapper.h"
#include "libc/write_all.h"
#include "signal/user_copy.h"
#include "sys/errno.h"
#include "thread/cancel.h"

extern "C" [[noreturn]] void __chk_fail();

namespace oc {
namespace {

struct Message {
  void *Buf;
  size_t N;
  int Flags;
  sockaddr *From;
  socklen_t *FromLen;

  long receive(int Fd, int ExtraFlags) const {
    return io::recvfrom(Fd, Buf, N, Flags | ExtraFlags, From, FromLen);
  }
};

long receiveWhole(int Fd, const Message &M, size_t Least) {
  iovec Part{M.Buf, M.N};
  msghdr Header{};
  Header.msg_iov = &Part;
  Header.msg_iovlen = 1;
  if (M.From && !readUser(Header.msg_namelen, M.FromLen))
    return -EFAULT;
  Header.msg_name = M.From;
  long R = receiveAll(Fd, Header, M.Flags, Least);
  if (R >= 0 && M.From && !writeUser(M.FromLen, Header.msg_namelen))
    return -EFAULT;
  return R;
}

long receiveInCoroutine(int Fd, const Message &M) {
  if (size_t Least = leastToReceive(Fd, M.Flags); Least > 1)
    return receiveWhole(Fd, M, Least);
  if (M.Flags & MSG_ERRQUEUE) // Waits where there is no such queue.
    return opaque([&] { return M.receive(Fd, 0); });
  return blockingCall(
      Fd, Interest::Read, M.Flags & MSG_DONTWAIT,
      [&](int Now) { return M.receive(Now, MSG_DONTWAIT); },
      [&](int Now) { return M.receive(Now, 0); });
}

long sendInCoroutine(int Fd, const void *Buf, size_t N, int Flags,
                     const sockaddr *To, socklen_t ToLen) {
  auto Send = [&](int Now, size_t Done, int ExtraFlags) {
    return io::sendto(Now, static_cast<const char *>(Buf) + Done, N - Done,
                      Flags | ExtraFlags, To, ToLen);
  };
  if (Flags & MSG_FASTOPEN) // It connects, and may wait for that.
    return opaque([&] { return Send(Fd, 0, 0); });
  return writeAll(
      Fd, FdKind::Socket, N, Flags & MSG_DONTWAIT, Flags & MSG_NOSIGNAL,
      [&](int Now, size_t Done) { return Send(Now, Done, MSG_DONTWAIT); },
      [&](int Now, size_t Done) { return Send(Now, Done, 0); });
}

} // namespace
} // namespace oc

using namespace oc;

OC_WRAPPER ssize_t __oc_recv(int Fd, void *Buf, size_t N, int Flags) {
  return cancellationPoint([&]() -> ssize_t {
    if (!suspendable())
      return recv(Fd, Buf, N, Flags);
    return toErrno(receiveInCoroutine(Fd, {Buf, N, Flags, nullptr, nullptr}));
  });
}

OC_WRAPPER ssize_t __oc_recvfrom(int Fd, void *Buf, size_t N, int Flags,
                                 sockaddr *From, socklen_t *FromLen) {
  return cancellationPoint([&]() -> ssize_t {
    if (!suspendable())
      return recvfrom(Fd, Buf, N, Flags, From, FromLen);
    return toErrno(receiveInCoroutine(Fd, {Buf, N, Flags, From, FromLen}));
  });
}

OC_WRAPPER ssize_t __oc_send(int Fd, const void *Buf, size_t N, int Flags) {
  return cancellationPoint([&]() -> ssize_t {
    if (!suspendable())
      return send(Fd, Buf, N, Flags);
    return toErrno(sendInCoroutine(Fd, Buf, N, Flags, nullptr, 0));
  });
}

OC_WRAPPER ssize_t __oc_sendto(int Fd, const void *Buf, size_t N, int Flags,
                               const sockaddr *To, socklen_t ToLen) {
  return cancellationPoint([&]() -> ssize_t {
    if (!suspendable())
      return sendto(Fd, Buf, N, Flags, To, ToLen);
    return toErrno(sendInCoroutine(Fd, Buf, N, Flags, To, ToLen));
  });
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
