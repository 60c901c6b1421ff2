// fd_table.h - what the runtime knows of each descriptor number: who waits for
// it, where it is registered, and facts that save asking the kernel.
#ifndef OPEN_CO_REACTOR_FD_TABLE_H
#define OPEN_CO_REACTOR_FD_TABLE_H

#include "reactor/poller.h"
#include "sys/lock.h"

#include <atomic>

namespace oc {

struct Coroutine;

/// One coroutine's call on one descriptor: from the first watch() on it keeps
/// the file that the number meant then. Lies on the coroutine's stack.
struct FdWaiter {
  FdWaiter(Coroutine &C, int Fd, bool Read, bool Write)
      : C(C), Fd(Fd), Number(Fd), Read(Read), Write(Write) {}
  ~FdWaiter(); // release()
  FdWaiter(const FdWaiter &) = delete;
  FdWaiter &operator=(const FdWaiter &) = delete;

  Coroutine &C;
  /// The number to use now: when the program closes it during the call, it
  /// becomes a hidden duplicate, so that the call goes on, as natively. It
  /// changes under the locks of both numbers, while the waiter is linked.
  std::atomic<int> Fd;
  int Number; // The program's.
  bool Read;  // Input, urgent data, hang-up.
  bool Write; // Room for output.

  // The table's own.
  uint32_t InSeen = 0, OutSeen = 0;
  FdWaiter *Previous = nullptr, *Next = nullptr;
  bool Linked = false;  // Only read under the entry's lock.
  bool Armed = false;   // Edges unpark C.
  bool Hidden = false;  // Fd is a duplicate of ours.
  uint32_t Watched = 0; // In this process; a forked child has other lists.
  std::atomic<int> *Trying = nullptr; // Where the call under way is counted.
};

enum class FdKind : uint8_t {
  Unknown,
  Socket,
  NoWait, // Pipes, eventfds and so on: RWF_NOWAIT works.
  File,   // Regular files, directories, disks, /dev/null: no readiness.
  Other,  // FIFOs, ttys: readiness, then the plain call.
};

/// Answers that the kernel gave, or that follow from how the descriptor was
/// made. Kept only for descriptions made here and not shared since.
struct FdFacts {
  FdKind Kind = FdKind::Unknown;
  bool NonBlocking = false;
  bool HasReceiveTimeout = false;
  bool HasSendTimeout = false;
};

namespace fds {

/// Called with each coroutine whose wait an edge ends. Set once, before use.
extern void (*Unpark)(Coroutine &);

/// Notes the edges seen so far: call it before the system call on W.Fd that may
/// say EAGAIN, so that an edge in between is not lost. That call must not
/// block: until arm() or leave() nobody gets the number. Any thread.
void watch(FdWaiter &W);

/// The same where that call may block: somebody else may get the number before
/// the kernel has looked at it.
void hold(FdWaiter &W);

/// Registers W.Fd (at \p Home, if nowhere yet) and lets edges unpark W.C.
/// \returns 0; 1 if there was an edge since watch(): try again; -EPERM if the
/// file cannot be polled; or another negative errno value.
long arm(FdWaiter &W, Poller &Home);

/// Ends one wait; the waiter may be armed again. To be called after arm()
/// returned 0.
void disarm(FdWaiter &W);

/// Takes \p W out of the table, until watch(): before anything that may run the
/// program's handlers, which may never come back.
void leave(FdWaiter &W);

/// The same, and ends the use of a hidden duplicate: the call begins anew.
void release(FdWaiter &W);

/// Lets all who wait to write try again: something happened of which no edge
/// tells.
void retryWrites();

/// Whether an edge has told that \p Fd gets no more input (EPOLLRDHUP).
bool sawEndOfInput(int Fd);

/// A poller's callback: wakes the waiters of \p Fd.
void ready(int Fd, uint32_t Events);

/// \p Fd was just made by the program; nothing else refers to its description.
void created(int Fd, FdFacts Facts);
/// \p Fd now shares its description (dup, fork, sent to a process).
void shared(int Fd);
/// The program is about to close \p Fd, or to put another file there.
void forget(int Fd);

/// The program is about to close the numbers from \p First to \p Last.
void forgetRange(unsigned First, unsigned Last);

/// The program has closed \p Fd: a wait that began since forget() ends.
void closed(int Fd);
void closedRange(unsigned First, unsigned Last);

/// Whether \p Fd is a duplicate of ours, which calls of the program use. Under
/// HidingGuard that stays so.
bool isHidden(int Fd);

/// The facts about \p Fd. \returns false where the kernel has to be asked.
bool facts(int Fd, FdFacts &Out);
// Changes of facts; nothing happens where none are kept.
void setKind(int Fd, FdKind Kind);
void setNonBlocking(int Fd, bool On);
void setReceiveTimeout(int Fd, bool On);
void setSendTimeout(int Fd, bool On);

/// Held while a coroutine asks whether a connection waits and takes it: no
/// other of this process may take it in between.
Lock &acceptLock(int Fd);

/// Around a fork, so that the child finds the duplicates in order.
void lockForFork();
void unlockAfterFork();
/// From now on no description made before is ours alone. Called before a
/// process is made, since it begins at once, and after, for what was made
/// meanwhile.
void processForked();
/// In the child: nothing is registered, nobody waits and no duplicate is open.
void resetInChild();

} // namespace fds

} // namespace oc

#endif
