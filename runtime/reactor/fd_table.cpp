// fd_table.cpp - who waits for a descriptor: from the edges seen before a call
// to those that wake it.
#include "reactor/fd_entries.h"
#include "sys/syscall.h"

#include <cerrno>
#include <mutex>

namespace oc::fds {
namespace {

constexpr uint32_t InEvents =
    EPOLLIN | EPOLLPRI | EPOLLRDHUP | EPOLLHUP | EPOLLERR;
constexpr uint32_t OutEvents = EPOLLOUT | EPOLLHUP | EPOLLERR;
/// What every registration asks for; EPOLLOUT joins when a write first blocks.
constexpr uint32_t Input = EPOLLIN | EPOLLPRI | EPOLLRDHUP;

bool sawEdge(const Entry &E, const FdWaiter &W) {
  return (W.Read && E.InEdges != W.InSeen) ||
         (W.Write && E.OutEdges != W.OutSeen);
}

/// Links \p W, unless it is, and notes the edges.
void note(Entry &E, FdWaiter &W) {
  W.InSeen = E.InEdges;
  W.OutSeen = E.OutEdges;
  if (W.Watched != ThisProcess || !W.Linked)
    link(E, W);
  W.Watched = ThisProcess;
}

void endTry(FdWaiter &W) {
  // Release: pairs with the acquire in awaitTries().
  if (W.Trying && W.Watched == ThisProcess)
    W.Trying->fetch_sub(1, std::memory_order_release);
  W.Trying = nullptr;
}

/// Calls \p Op with the entry of \p W, locked. \returns its result; -ENOMEM if
/// there is none.
template <typename Use> long withEntry(FdWaiter &W, Use Op) {
  for (;;) {
    int Fd = W.Fd; // forget() may change it until we hold the right lock.
    Entry *E = find(Fd, true);
    if (!E)
      return -ENOMEM;
    std::lock_guard Held(E->Guard);
    if (W.Fd == Fd)
      return Op(*E);
  }
}

} // namespace

void (*Unpark)(Coroutine &);

long registerFor(Entry &E, int Fd, uint32_t Events, Poller &Home) {
  if (E.Registered && isPrivate(E)) {
    if ((E.Registered & Events) == Events)
      return 0;
    E.Registered |= Events;
    long R = E.Home->modify(Fd, E.Registered);
    if (R != -ENOENT) // Else a library closed it natively.
      return R;
  }
  // Either new, or a number that somebody may have closed and opened again
  // behind our back: then the kernel has forgotten the registration. Adding it
  // again tells.
  if (!E.Home)
    E.Home = &Home;
  long R = E.Home->add(Fd, Events);
  if (R == 0)
    E.Registered = Events;
  if (R != -EEXIST)
    return R;
  if ((E.Registered & Events) == Events)
    return 0;
  E.Registered |= Events;
  return E.Home->modify(Fd, E.Registered);
}

void watch(FdWaiter &W) {
  endTry(W);
  withEntry(W, [&](Entry &E) {
    note(E, W);
    W.Trying = &E.Tries[E.Turn];
    W.Trying->fetch_add(1, std::memory_order_relaxed);
    return 0L;
  });
}

void hold(FdWaiter &W) {
  endTry(W);
  withEntry(W, [&](Entry &E) {
    note(E, W);
    return 0L;
  });
}

long arm(FdWaiter &W, Poller &Home) {
  endTry(W);
  return withEntry(W, [&](Entry &E) {
    if (sawEdge(E, W))
      return 1L;
    long R = registerFor(E, W.Fd, W.Write ? Input | EPOLLOUT : Input, Home);
    W.Armed = R == 0;
    return R < 0 ? R : 0;
  });
}

void disarm(FdWaiter &W) {
  withEntry(W, [&](Entry &) {
    W.Armed = false;
    return 0L;
  });
}

void ready(int Fd, uint32_t Events) {
  Entry *E = find(Fd, false);
  if (!E)
    return;
  std::lock_guard Held(E->Guard);
  bool In = Events & InEvents, Out = Events & OutEvents;
  E->InEdges += In;
  E->OutEdges += Out;
  E->InputEnded |= (Events & EPOLLRDHUP) != 0;
  for (FdWaiter *W = E->Waiters; W; W = W->Next)
    if (W->Armed && ((W->Read && In) || (W->Write && Out)))
      Unpark(W->C);
}

void retryWrites() {
  forRange(0, UINT32_MAX, [](int Fd, Entry &E) {
    std::unique_lock Held(E.Guard);
    bool Any = E.Waiters;
    Held.unlock();
    if (Any)
      ready(Fd, EPOLLOUT);
  });
}

void leave(FdWaiter &W) {
  endTry(W);
  if (W.Watched != ThisProcess)
    return;
  // Also when another thread has unlinked it: that one may not be done with it.
  withEntry(W, [&](Entry &E) {
    if (W.Linked)
      unlink(E, W);
    return 0L;
  });
  W.Watched = 0;
}

void release(FdWaiter &W) {
  leave(W);
  if (!W.Hidden)
    return;
  withEntry(W, [&](Entry &E) {
    if (E.HiddenUsers != 1) {
      E.HiddenUsers -= E.HiddenUsers != 0;
      return 0L;
    }
    std::lock_guard Hiding(HidingGuard);
    E.HiddenUsers = 0;
    // A number of the program's may keep the file, and so the registration.
    if (E.Home && E.Registered)
      E.Home->remove(W.Fd);
    E.Registered = 0;
    E.Home = nullptr;
    sys::close(W.Fd);
    return 0L;
  });
  W.Hidden = false;
  W.Fd = W.Number;
}

bool sawEndOfInput(int Fd) {
  Entry *E = find(Fd, false);
  if (!E)
    return false;
  std::lock_guard Held(E->Guard);
  return E->InputEnded;
}

} // namespace oc::fds

oc::FdWaiter::~FdWaiter() { fds::release(*this); }
