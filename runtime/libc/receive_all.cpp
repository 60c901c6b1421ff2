// receive_all.cpp - in steps, since MSG_DONTWAIT takes what there is.
#include "libc/receive_all.h"
#include "libc/blocking.h"
#include "libc/vector.h"
#include "sys/syscall.h"

#include <atomic>

namespace oc {
namespace {

std::atomic<bool> UsesLowWater{false};

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

void lowWaterIsUsed() { UsesLowWater.store(true, std::memory_order_relaxed); }

size_t leastToReceive(int Fd, int Flags) {
  bool All = Flags & MSG_WAITALL;
  if ((!All && !UsesLowWater.load(std::memory_order_relaxed)) ||
      Flags & (MSG_DONTWAIT | MSG_ERRQUEUE | MSG_OOB) ||
      socketOption(Fd, SO_TYPE) != SOCK_STREAM || userNonBlocking(Fd) ||
      // Of a unix socket it shows what there is.
      (Flags & MSG_PEEK && socketOption(Fd, SO_DOMAIN) == AF_UNIX))
    return 1;
  return All ? SIZE_MAX
             : static_cast<size_t>(std::max(socketOption(Fd, SO_RCVLOWAT), 1));
}

long receiveAll(int Fd, msghdr &M, int Flags, size_t Least) {
  Vector V(M.msg_iov, M.msg_iovlen);
  if (!V.measure() || !V.total())
    return io::recvmsg(Fd, &M, Flags);
  Least = std::min(Least, V.total());
  bool Peek = Flags & MSG_PEEK;
  msghdr Ask = M, Part;
  size_t Done = 0;
  long Shown = 0; // By the last try, with MSG_PEEK.
  auto Receive = [&](int Now, int ExtraFlags) {
    Vector::Window W = V.from(Done);
    Part = Ask;
    Part.msg_iov = const_cast<iovec *>(W.Parts);
    Part.msg_iovlen = W.Count;
    return io::recvmsg(Now, &Part, Flags | ExtraFlags);
  };
  FdCall Call(Fd, Interest::Read);
  Call.IsSocket = true;
  for (int SeenFlags = 0;;) {
    long R = blockingCall(
        Call, false,
        [&](int Now) {
          if (long Next = Done ? nextPart(Now, true) : 1; Next <= 0)
            return Next;
          long Got = Receive(Now, MSG_DONTWAIT);
          if (!Peek || Got <= 0 || static_cast<size_t>(Got) >= Least ||
              isAtEnd(Now))
            return Got;
          Shown = Got;
          Call.HasBegun = true;
          return long{-EAGAIN};
        },
        [&](int Now) { return Receive(Now, 0); });
    if (R < 0 && Shown)
      R = Shown;
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
    if (R == 0 || Done >= Least || Peek || Call.WasSignalled ||
        (GotControl && hasDescriptors(Part)))
      return static_cast<long>(Done);
    // What came with the first bytes stays; descriptors may still come.
    if (GotControl) {
      Ask.msg_control = nullptr;
      Ask.msg_controllen = 0;
    }
  }
}

long receiveParts(int Fd, const iovec *Parts, size_t Count, size_t Least) {
  msghdr M{};
  M.msg_iov = const_cast<iovec *>(Parts);
  M.msg_iovlen = Count;
  return receiveAll(Fd, M, 0, Least);
}

} // namespace oc
