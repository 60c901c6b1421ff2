// sendfile.cpp - from a file to a socket inside the kernel. There is no form of
// this call that does not block and leaves the files' flags alone: readiness
// comes first, then the plain call. Who takes the room in between makes the OS
// thread wait.
#include "libc/transfer.h"
#include "libc/wrapper.h"
#include "signal/user_copy.h"
#include "sys/errno.h"

#include <algorithm>
#include <climits>
#include <sys/sendfile.h>
#include <sys/stat.h>

namespace oc {
namespace {

/// How much fits into a stream socket that poll says is writable: a third of
/// its buffer is free then, some of which the kernel's own records take.
size_t roomIn(int Fd) {
  return static_cast<size_t>(std::max(socketOption(Fd, SO_SNDBUF) / 4, 4096));
}

class SendFile {
public:
  SendFile(int Out, int In, off_t *Offset, size_t N)
      : T(In, Out), Offset(Offset), N(N) {}

  long run() {
    return T.run([&] { return step(); });
  }

private:
  long send(size_t Most) {
    return sys::call(SYS_sendfile, T.Out.Fd, T.In.Fd, sys::word(Offset),
                     static_cast<long>(Most));
  }

  long step() {
    End To = ask(T.Out, [](int Fd) { return endAt(Fd, Interest::Write); });
    if (To == End::File || !N || N > SSIZE_MAX || ask(T.Out, userNonBlocking))
      return T.block([&] { return send(N); });
    bool InParts = ask(T.Out, [](int Fd) {
                     return socketOption(Fd, SO_TYPE);
                   }) == SOCK_STREAM;
    return InParts ? sendInParts() : sendAtOnce(To);
  }

  long sendAtOnce(End To) {
    if (!T.isReady(T.Out) && waitsForRoom(To, N))
      if (long R = T.await(T.Out))
        return R;
    // Into a pipe anything goes that splice takes.
    if (To == End::Pipe && !Offset && isWaitedFor() && !T.isReady(T.In) &&
        !ask(T.In, userNonBlocking) && T.hasSome(T.Out) && T.waitsAt(T.In))
      if (long R = T.await(T.In))
        return R;
    return T.block([&] { return send(N); });
  }

  /// To a stream socket, each time of what there is room for. Not by block():
  /// between two parts the numbers may be closed.
  long sendInParts() {
    constexpr size_t MostInAll = 0x7ffff000; // sendfile(2).
    size_t All = std::min(N, MostInAll), Done = 0;
    do {
      bool HasRoom = T.isReady(T.Out);
      if (!HasRoom && !waitsForRoom(End::Other, Done ? All - Done : N)) {
        long R = T.block([&] { return send(Done ? All - Done : N); });
        T.note(R);
        return Done && R < 0 ? static_cast<long>(Done)
                             : R + static_cast<long>(Done);
      }
      long R = HasRoom ? 0 : T.await(T.Out);
      if (R == 0) {
        R = send(std::min(All - Done, ask(T.Out, roomIn)));
        T.note(R);
        if (R == 0)
          break;
      }
      if (R < 0)
        return Done ? static_cast<long>(Done) : R;
      Done += static_cast<size_t>(R);
    } while (Done < All && !ask(T.Out, userNonBlocking));
    return static_cast<long>(Done);
  }

  /// Whether the kernel waits for room in Out, where there is none, to send
  /// \p Bytes: not to say that the file has ended, or what is wrong.
  bool waitsForRoom(End To, size_t Bytes) const {
    off_t At = ask(T.In, seek);
    bool CanSeek = At >= 0;
    if (Offset && !readUser(At, Offset))
      return false;
    if (!Offset && !CanSeek)
      At = 0; // Of what has no position.
    return (CanSeek || (!Offset && To == End::Pipe)) && At >= 0 &&
           Bytes <= static_cast<size_t>(SSIZE_MAX - At) &&
           (To == End::Pipe || hasMore(At)) && T.isOpen(T.In) &&
           T.waitsAt(T.Out);
  }

  static long seek(int Fd) { return sys::call(SYS_lseek, Fd, 0, SEEK_CUR); }

  /// Whether In is a socket or terminal.
  bool isWaitedFor() const {
    End From = ask(T.In, [](int Fd) { return endAt(Fd, Interest::Read); });
    return From == End::Stream || From == End::Other;
  }

  /// Whether In is a file that can be sent and goes on after \p At. Says no of
  /// those in /proc, which have no size: such a call blocks the OS thread.
  bool hasMore(off_t At) const {
    return ask(T.In, [&](int Fd) {
      struct stat S;
      if (sys::fstat(Fd, &S) < 0)
        return false;
      return S_ISREG(S.st_mode) ? At < S.st_size
                                : S_ISBLK(S.st_mode) || S_ISCHR(S.st_mode);
    });
  }

  Transfer T;
  off_t *Offset;
  size_t N;
};

} // namespace
} // namespace oc

using namespace oc;

OC_WRAPPER ssize_t __oc_sendfile(int Out, int In, off_t *Offset,
                                 size_t N) noexcept {
  return suspendable() ? toErrno(SendFile(Out, In, Offset, N).run())
                       : sendfile(Out, In, Offset, N);
}

OC_WRAPPER ssize_t __oc_sendfile64(int Out, int In, off64_t *Offset,
                                   size_t N) noexcept {
  return __oc_sendfile(Out, In, Offset, N);
}
