// socket_message.cpp - messages through sockets: recvmsg(2), sendmsg(2), and
// the forms for several.
#include "libc/receive_all.h"
#include "libc/vector.h"
#include "libc/wrapper.h"
#include "libc/write_all.h"
#include "sys/errno.h"
#include "thread/cancel.h"

namespace oc {
namespace {

/// The descriptors that \p M has sent are somebody else's, too.
void shareRights(const msghdr &M) {
  for (cmsghdr *C = CMSG_FIRSTHDR(&M); C;
       C = CMSG_NXTHDR(const_cast<msghdr *>(&M), C)) {
    if (C->cmsg_level != SOL_SOCKET || C->cmsg_type != SCM_RIGHTS)
      continue;
    auto *Fds = reinterpret_cast<const int *>(CMSG_DATA(C));
    for (size_t I = 0; I < (C->cmsg_len - CMSG_LEN(0)) / sizeof(int); ++I)
      fds::shared(Fds[I]);
  }
}

long receiveMessage(int Fd, msghdr *M, int Flags) {
  msghdr Header;
  size_t Least = leastToReceive(Fd, Flags);
  if (Least > 1 && readUser(Header, M)) {
    long R = receiveAll(Fd, Header, Flags, Least);
    return R >= 0 && !writeUser(M, Header) ? -EFAULT : R;
  }
  if (Flags & MSG_ERRQUEUE) // Waits where there is no such queue.
    return opaque([&] { return io::recvmsg(Fd, M, Flags); });
  return blockingCall(
      Fd, Interest::Read, Flags & MSG_DONTWAIT,
      [&](int Now) { return io::recvmsg(Now, M, Flags | MSG_DONTWAIT); },
      [&](int Now) { return io::recvmsg(Now, M, Flags); });
}

/// \p Whole says whether all of \p M was sent.
long sendMessage(int Fd, const msghdr *M, int Flags, bool &Whole) {
  msghdr Header;
  if (!readUser(Header, M))
    return -EFAULT;
  Vector V(Header.msg_iov, Header.msg_iovlen);
  if (!V.measure())
    return io::sendmsg(Fd, M, Flags); // The error.
  auto Send = [&](int Now, size_t Done, int ExtraFlags) {
    Vector::Window W = V.from(Done);
    msghdr Part = Header;
    Part.msg_iov = const_cast<iovec *>(W.Parts);
    Part.msg_iovlen = W.Count;
    if (Done) { // It went with the first bytes.
      Part.msg_control = nullptr;
      Part.msg_controllen = 0;
    }
    return io::sendmsg(Now, &Part, Flags | ExtraFlags);
  };
  if (Flags & MSG_FASTOPEN) // It connects, and may wait for that.
    return opaque([&] { return Send(Fd, 0, 0); });
  long R = writeAll(
      Fd, FdKind::Socket, V.total(), Flags & MSG_DONTWAIT, Flags & MSG_NOSIGNAL,
      [&](int Now, size_t Done) { return Send(Now, Done, MSG_DONTWAIT); },
      [&](int Now, size_t Done) { return Send(Now, Done, 0); });
  Whole = R >= 0 && static_cast<size_t>(R) >= V.total();
  return R;
}

/// recvmmsg(2). Its time is looked at after each message only, as Linux does.
long receiveMessages(int Fd, mmsghdr *M, unsigned Count, int Flags,
                     Deadline Until) {
  unsigned Done = 0;
  bool First = Flags & MSG_WAITFORONE;
  auto Receive = [&](int Now, int ExtraFlags) {
    timespec Left = Until.timeLeft(); // The kernel looks at it, too.
    return io::recvmmsg(Now, M + Done, Count - Done, Flags | ExtraFlags,
                        Until.isNever() ? nullptr : &Left);
  };
  if (Flags & MSG_ERRQUEUE || leastToReceive(Fd, Flags) > 1)
    return opaque([&] { return Receive(Fd, 0); });
  FdCall Call(Fd, Interest::Read);
  Call.IsSocket = true;
  do {
    long R = blockingCall(
        Call, Flags & MSG_DONTWAIT,
        // MSG_WAITFORONE would turn into MSG_DONTWAIT anyway. An error is the
        // next call's to tell.
        [&](int Now) {
          return Done && isReady(Now, 0) ? 0 : Receive(Now, MSG_DONTWAIT);
        },
        [&](int Now) { return Receive(Now, 0); });
    if (R <= 0)
      return Done ? static_cast<long>(Done) : R;
    Done += static_cast<unsigned>(R);
    Call.HasBegun = true;
    // Urgent data ends it early, too.
    First |= (M[Done - 1].msg_hdr.msg_flags & MSG_OOB) != 0;
  } while (Done < Count && !First && !Until.hasPassed());
  return static_cast<long>(Done);
}

long sendMessages(int Fd, mmsghdr *M, unsigned Count, int Flags) {
  constexpr unsigned Most = IOV_MAX; // The kernel's, too.
  unsigned Done = 0;
  for (bool Whole = true; Whole && Done < Count && Done < Most; ++Done) {
    long R = sendMessage(Fd, &M[Done].msg_hdr, Flags, Whole);
    if (R >= 0 && !writeUser(&M[Done].msg_len, static_cast<unsigned>(R)))
      R = -EFAULT;
    if (R < 0)
      return Done ? static_cast<long>(Done) : R;
  }
  return static_cast<long>(Done);
}

} // namespace
} // namespace oc

using namespace oc;

OC_WRAPPER ssize_t __oc_recvmsg(int Fd, msghdr *M, int Flags) {
  return cancellationPoint([&] {
    return suspendable() ? toErrno(receiveMessage(Fd, M, Flags))
                         : recvmsg(Fd, M, Flags);
  });
}

OC_WRAPPER ssize_t __oc_sendmsg(int Fd, const msghdr *M, int Flags) {
  ssize_t R = cancellationPoint([&] {
    bool Whole;
    return suspendable() ? toErrno(sendMessage(Fd, M, Flags, Whole))
                         : sendmsg(Fd, M, Flags);
  });
  if (R >= 0 && M->msg_controllen && runtimeServes())
    shareRights(*M);
  return R;
}

/// recvmmsg(2). As on Linux, the time that is left comes back in \p Timeout.
OC_WRAPPER int __oc_recvmmsg(int Fd, mmsghdr *M, unsigned Count, int Flags,
                             timespec *Timeout) {
  return cancellationPoint([&]() -> int {
    timespec Time{};
    if (!suspendable() || !Count || (Timeout && !readUser(Time, Timeout)) ||
        Time.tv_sec < 0 || Time.tv_nsec < 0 || Time.tv_nsec >= NsPerSecond)
      return recvmmsg(Fd, M, Count, Flags, Timeout); // The last are errors.
    Deadline Until =
        Timeout ? Deadline::in(nanoseconds(Time)) : Deadline::never();
    long R = receiveMessages(Fd, M, Count, Flags, Until);
    if (Timeout && R > 0) {
      int64_t Left = std::max(Until.left(), int64_t{0});
      Time = {Left / NsPerSecond, Left % NsPerSecond};
      if (!writeUser(Timeout, Time))
        R = -EFAULT;
    }
    return static_cast<int>(toErrno(R));
  });
}

OC_WRAPPER int __oc_sendmmsg(int Fd, mmsghdr *M, unsigned Count, int Flags) {
  int R = cancellationPoint([&] {
    return suspendable() && Count // Else the kernel still looks at Fd.
               ? static_cast<int>(toErrno(sendMessages(Fd, M, Count, Flags)))
               : sendmmsg(Fd, M, Count, Flags);
  });
  for (int I = 0; I < R && runtimeServes(); ++I)
    if (M[I].msg_hdr.msg_controllen)
      shareRights(M[I].msg_hdr);
  return R;
}
