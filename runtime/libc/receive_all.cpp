// receive_all.cpp - in steps, since MSG_DONTWAIT takes what there is.
#include "libc/receive_all.h"
#include "libc/blocking.h"
#include "libc/vector.h"
#include "sys/syscall.h"

namespace oc {
namespace {

/// Whether no more can come on \p Fd than is there now.
bool isAtEnd(int Fd) {
  return isReady(Fd, POLLRDHUP); // POLLHUP and POLLERR come unasked.
}

bool hasDescriptors(msghdr &M) {
  for (cmsghdr *C = CMSG_FIRSTHDR(&M); C; C = CMSG_NXTHDR(&M, C))
    if (C->cmsg_level == SOL_SOCKET && C->cmsg_type == SCM_RIGHTS)
      return true;
  return false;
}

} // namespace

bool waitsForAll(int Fd, int Flags) {
  if ((Flags & (MSG_WAITALL | MSG_DONTWAIT | MSG_ERRQUEUE)) != MSG_WAITALL)
    return false;
  int Type = 0;
  socklen_t Size = sizeof Type;
  sys::getsockopt(Fd, SOL_SOCKET, SO_TYPE, &Type, &Size);
  return Type == SOCK_STREAM && !userNonBlocking(Fd);
}

long receiveAll(int Fd, msghdr &M, int Flags) {
  Vector V(M.msg_iov, M.msg_iovlen);
  if (!V.measure() || !V.total())
    return io::recvmsg(Fd, &M, Flags);
  bool Peek = Flags & MSG_PEEK;
  msghdr Ask = M, Part;
  size_t Done = 0;
  auto Receive = [&](int Now, int ExtraFlags) {
    Vector::Window W = V.from(Done);
    Part = Ask;
    Part.msg_iov = const_cast<iovec *>(W.Parts);
    Part.msg_iovlen = W.Count;
    return io::recvmsg(Now, &Part, Flags | ExtraFlags);
  };
  FdCall Call(Fd, Interest::Read);
  for (int SeenFlags = 0;;) {
    long R = blockingCall(
        Call, false,
        [&](int Now) {
          long Got = Receive(Now, MSG_DONTWAIT);
          bool Short = Got > 0 && static_cast<size_t>(Got) < V.total();
          return Peek && Short && !isAtEnd(Now) ? -EAGAIN : Got;
        },
        [&](int Now) { return Receive(Now, 0); });
    if (R < 0)
      return Done ? static_cast<long>(Done) : R;
    Done += static_cast<size_t>(R);
    Call.HasBegun = true;
    SeenFlags |= Part.msg_flags;
    bool GotControl = Part.msg_controllen != 0;
    if (Ask.msg_control)
      M.msg_controllen = Part.msg_controllen;
    M.msg_namelen = Part.msg_namelen;
    M.msg_flags = SeenFlags;
    if (R == 0 || Done >= V.total() || Peek || Call.WasSignalled ||
        (GotControl && hasDescriptors(Part)))
      return static_cast<long>(Done);
    // What came with the first bytes stays; descriptors may still come.
    if (GotControl) {
      Ask.msg_control = nullptr;
      Ask.msg_controllen = 0;
    }
  }
}

} // namespace oc
