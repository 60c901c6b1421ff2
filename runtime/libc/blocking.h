// blocking.h - the two questions that each descriptor wrapper asks: does the
// user want to block, and if so, until when?
#ifndef OPEN_CO_LIBC_BLOCKING_H
#define OPEN_CO_LIBC_BLOCKING_H

#include "sched/wait_ready.h"
#include "signal/signals.h"
#include "sys/program_io.h"

namespace oc {

/// Whether the program made \p Fd non-blocking. Asks the kernel where others
/// may change it.
bool userNonBlocking(int Fd);

/// When a blocking call on \p Fd gives up: the socket's SO_RCVTIMEO or
/// SO_SNDTIMEO from now on, else never.
Deadline socketDeadline(int Fd, Interest I);

/// SOL_SOCKET's \p Name, or -1.
int socketOption(int Fd, int Name);

/// SOL_SOCKET's SO_ERROR, which is then taken.
inline int pendingError(int Fd) { return socketOption(Fd, SO_ERROR); }

/// Whether a timeout on \p Fd is for each part of what is sent and not for the
/// call: unix sockets.
bool timesEachPart(int Fd);

/// How \p Fd can be tried without blocking. Asks the kernel once for what was
/// made by the program, else each time.
FdKind kindOf(int Fd);

/// Whether the plain call would not block now: \p Events are there, or an
/// error.
bool isReady(int Fd, short Events);

/// How a call goes on that has moved a part of what it is to move through the
/// socket \p Fd. A try in vain would take an error that comes just then, and
/// which is the next call's to tell.
/// \returns 0: it ends with that, as the kernel's would; -EAGAIN: it waits; 1:
/// it may be tried.
long nextPart(int Fd, bool Reads);

/// What a try to write \p N bytes does where only readiness tells: PlainCall,
/// or -EAGAIN.
long tryWriteWhenReady(int Fd, size_t N);

/// Whether a call with RWF_NOWAIT says that the kernel cannot read or write
/// this kind of file without blocking, or any: an older one, or a seccomp
/// filter.
bool cannotTell(long Result);

/// What \p Query(fd) says of the file of \p Call: asked again if the program
/// gave its number to another file meanwhile.
template <typename Callable> auto ask(const FdCall &Call, Callable Query) {
  for (;;) {
    int Fd = Call.Fd;
    auto Answer = Query(Fd);
    if (Fd == Call.Fd)
      return Answer;
  }
}

/// A call of a coroutine that blocks until its file is ready, as the man pages
/// say: EAGAIN at once on a non-blocking descriptor, or after the socket's
/// timeout; EINTR or another go after a signal (signal(7)). \p Op(fd) tries
/// and does not block; \p Block(fd) may block the OS thread.
template <typename Try, typename Block>
long blockingCall(FdCall &Call, bool DontWait, Try Op, Block Blocking) {
  bool HasTimeout = false;
  for (;;) {
    long Result = untilReady(
        Call,
        [&] {
          bool Settled = Call.HasBegun && Call.IsSocket;
          if (DontWait || (!Settled && ask(Call, userNonBlocking)))
            return Deadline::at(0);
          if (!Call.Until)
            Call.Until = ask(Call, [&](int Fd) {
              return socketDeadline(Fd, Call.Read ? Interest::Read
                                                  : Interest::Write);
            });
          HasTimeout = !Call.Until->isNever();
          return *Call.Until;
        },
        Op, Blocking);
    if (Result != SignalWaits) {
      if (Call.C.hasSignal()) { // Sent while it ran.
        fds::release(Call);
        Call.WasSignalled = true;
        deliverSignals();
      }
      return Result;
    }
    fds::release(Call);
    // A socket's timeout makes EINTR certain: signal(7).
    if (long R = interrupted(!HasTimeout && !Call.HasBegun))
      return R;
  }
}

/// The same for a call that waits but once.
template <typename Try, typename Block>
long blockingCall(int Fd, Interest I, bool DontWait, Try Op, Block Blocking) {
  FdCall Call(Fd, I);
  return blockingCall(Call, DontWait, Op, Blocking);
}

} // namespace oc

#endif
