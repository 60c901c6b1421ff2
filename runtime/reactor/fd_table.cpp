// fd_table.cpp - entries in chunks that are mapped on first use and stay, so
// that a stale event finds an entry, at worst one of a later file: its waiters
// try again and park again.
#include "reactor/fd_table.h"
#include "sys/arena.h"
#include "sys/at_fork.h"
#include "sys/message.h"
#include "sys/syscall.h"

#include <cerrno>
#include <fcntl.h>
#include <mutex>

namespace oc::fds {
namespace {

constexpr uint32_t InEvents =
    EPOLLIN | EPOLLPRI | EPOLLRDHUP | EPOLLHUP | EPOLLERR;
constexpr uint32_t OutEvents = EPOLLOUT | EPOLLHUP | EPOLLERR;
/// What every registration asks for; EPOLLOUT joins when a write first blocks.
constexpr uint32_t Input = EPOLLIN | EPOLLPRI | EPOLLRDHUP;

struct Entry {
  Lock Guard;
  // Edges since the process began; never reset.
  uint32_t InEdges = 0, OutEdges = 0;
  FdWaiter *Waiters = nullptr;
  Poller *Home = nullptr;  // Where it is registered, if anywhere.
  uint32_t Registered = 0; // For which events.
  bool Known = false;      // Facts hold, unless forked since.
  bool InputEnded = false; // EPOLLRDHUP was seen.
  int HiddenUsers = 0;     // Waiters that use this duplicate of ours.
  // Calls under way that were given this number, before and since the last
  // forget(), which waits for the earlier ones.
  std::atomic<int> Tries[2] = {};
  unsigned Turn = 0;
  uint32_t ForksAtCreation = 0;
  FdFacts Facts;
  Lock Accepting;
};

constexpr int ChunkBits = 10;
constexpr int ChunkEntries = 1 << ChunkBits;
constexpr int NumChunks = 1 << 20; // 2^30 numbers: fs.nr_open is at most that.

struct Chunk {
  Entry Entries[ChunkEntries];
  unsigned First = 0; // The number of its first entry.
  Chunk *Next = nullptr;
};

Lock ChunksGuard;
/// Held while a duplicate is made and put on record: making one changes a limit
/// of the process for a moment, and a forked child has to know them all.
OC_FORK_DATA Lock HidingGuard;
std::atomic<Chunk *> AllChunks;
std::atomic<std::atomic<Chunk *> *> Chunks;
OC_FORK_DATA std::atomic<uint32_t> Forks{0};
uint32_t ThisProcess = 1; // Children count on.

std::atomic<Chunk *> *directory() {
  auto *D = Chunks.load(std::memory_order_acquire);
  if (D)
    return D;
  std::lock_guard Held(ChunksGuard);
  D = Chunks.load(std::memory_order_relaxed);
  if (!D) {
    D = static_cast<std::atomic<Chunk *> *>(
        arena::allocate(NumChunks * sizeof(std::atomic<Chunk *>)));
    Chunks.store(D, std::memory_order_release);
  }
  return D;
}

/// \returns the entry of \p Fd; null if \p Make is false and there is none, or
/// for a number that cannot be open, or without memory.
Entry *find(int Fd, bool Make) {
  if (Fd < 0 || Fd >> ChunkBits >= NumChunks)
    return nullptr;
  auto *D = Make ? directory() : Chunks.load(std::memory_order_acquire);
  if (!D)
    return nullptr;
  std::atomic<Chunk *> &Slot = D[Fd >> ChunkBits];
  Chunk *C = Slot.load(std::memory_order_acquire);
  if (!C && Make) {
    std::lock_guard Held(ChunksGuard);
    C = Slot.load(std::memory_order_relaxed);
    if (!C && (C = arena::create<Chunk>())) {
      C->First = static_cast<unsigned>(Fd) & ~(ChunkEntries - 1u);
      C->Next = AllChunks.load(std::memory_order_relaxed);
      AllChunks.store(C, std::memory_order_release);
      Slot.store(C, std::memory_order_release);
    }
  }
  return C ? &C->Entries[Fd & (ChunkEntries - 1)] : nullptr;
}

bool isPrivate(const Entry &E) {
  return E.Known && E.ForksAtCreation == Forks.load(std::memory_order_relaxed);
}

void link(Entry &E, FdWaiter &W) {
  W.Previous = nullptr;
  W.Next = E.Waiters;
  if (E.Waiters)
    E.Waiters->Previous = &W;
  E.Waiters = &W;
  W.Linked = true;
}

void unlink(Entry &E, FdWaiter &W) {
  (W.Previous ? W.Previous->Next : E.Waiters) = W.Next;
  if (W.Next)
    W.Next->Previous = W.Previous;
  W.Linked = false;
}

bool sawEdge(const Entry &E, const FdWaiter &W) {
  return (W.Read && E.InEdges != W.InSeen) ||
         (W.Write && E.OutEdges != W.OutSeen);
}

/// Sees to it that \p E is registered for \p Events.
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

/// Waits for system calls that do not block.
void awaitTries(const std::atomic<int> &Tries) {
  for (int I = 0; Tries.load(std::memory_order_acquire); ++I)
    if (I < 100)
      __builtin_ia32_pause();
    else
      sys::yield();
}

/// Lets all waiters of \p E try again: they see what the kernel says now.
void wakeAll(Entry &E) {
  ++E.InEdges;
  ++E.OutEdges;
  while (FdWaiter *W = E.Waiters) {
    unlink(E, *W);
    if (W->Armed)
      Unpark(W->C);
  }
}

/// Moves the waiters of \p E, whose number \p Fd is about to be closed, to a
/// hidden duplicate. Without a free number they are woken and see the kernel's
/// answer.
void moveWaiters(Entry &E, int Fd) {
  std::lock_guard Hiding(HidingGuard);
  long Copy = duplicateHidden(Fd);
  Entry *To = Copy < 0 ? nullptr : find(static_cast<int>(Copy), true);
  if (!To)
    return wakeAll(E);
  std::lock_guard Held(To->Guard);
  To->Home = E.Home;
  To->Registered = 0;
  To->InputEnded = false;
  To->Known = false;
  while (FdWaiter *W = E.Waiters) {
    unlink(E, *W);
    W->Fd = static_cast<int>(Copy);
    W->InSeen = To->InEdges;
    W->OutSeen = To->OutEdges;
    link(*To, *W);
    if (!W->Hidden)
      ++To->HiddenUsers;
    W->Hidden = true;
  }
  if (E.Home && E.Registered &&
      registerFor(*To, static_cast<int>(Copy), E.Registered, *E.Home) < 0)
    wakeAll(*To);
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

/// Calls \p Op for the numbers in question that have an entry.
void forRange(unsigned First, unsigned Last, void (*Op)(int)) {
  for (Chunk *C = AllChunks.load(std::memory_order_acquire); C; C = C->Next)
    for (unsigned I = 0; I < ChunkEntries; ++I)
      if (unsigned Fd = C->First + I; Fd >= First && Fd <= Last)
        Op(static_cast<int>(Fd));
}

template <typename Change> void changeFacts(int Fd, Change Edit) {
  Entry *E = find(Fd, false);
  if (!E)
    return;
  std::lock_guard Held(E->Guard);
  if (isPrivate(*E))
    Edit(E->Facts);
}

} // namespace

void (*Unpark)(Coroutine &);

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
    if (!E.HiddenUsers || --E.HiddenUsers)
      return 0L;
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

void created(int Fd, FdFacts Facts) {
  Entry *E = find(Fd, true);
  if (!E)
    return;
  std::lock_guard Held(E->Guard);
  if (E->Waiters) // Of a file that was closed behind our back.
    wakeAll(*E);
  E->Registered = 0;
  E->Home = nullptr;
  E->InputEnded = false;
  E->Known = true;
  E->ForksAtCreation = Forks.load(std::memory_order_relaxed);
  E->Facts = Facts;
}

void closed(int Fd) {
  Entry *E = find(Fd, false);
  if (!E)
    return;
  std::lock_guard Held(E->Guard);
  if (E->Waiters)
    wakeAll(*E);
}

void closedRange(unsigned First, unsigned Last) {
  forRange(First, Last, closed);
}

bool isHidden(int Fd) {
  Entry *E = find(Fd, false);
  if (!E)
    return false;
  std::lock_guard Held(E->Guard);
  return E->HiddenUsers != 0;
}

void shared(int Fd) {
  if (Entry *E = find(Fd, false)) {
    std::lock_guard Held(E->Guard);
    E->Known = false;
  }
}

void forget(int Fd) {
  Entry *E = find(Fd, false);
  if (!E)
    return;
  std::unique_lock Held(E->Guard);
  if (E->Waiters)
    moveWaiters(*E, Fd);
  // Also where this number is the file's only one: a worker inside epoll_wait
  // may hold the file for a moment, and it would outlive the close (since
  // Linux 6.10). The removal waits for that worker.
  if (E->Registered)
    E->Home->remove(Fd);
  E->Registered = 0;
  E->Home = nullptr;
  E->InputEnded = false;
  E->Known = false;
  std::atomic<int> &Tries = E->Tries[E->Turn];
  E->Turn ^= 1;
  Held.unlock();
  awaitTries(Tries);
}

void forgetRange(unsigned First, unsigned Last) {
  forRange(First, Last, forget);
}

bool facts(int Fd, FdFacts &Out) {
  Entry *E = find(Fd, false);
  if (!E)
    return false;
  std::lock_guard Held(E->Guard);
  if (!isPrivate(*E))
    return false;
  Out = E->Facts;
  return true;
}

void setKind(int Fd, FdKind Kind) {
  changeFacts(Fd, [&](FdFacts &F) { F.Kind = Kind; });
}
void setNonBlocking(int Fd, bool On) {
  changeFacts(Fd, [&](FdFacts &F) { F.NonBlocking = On; });
}
void setReceiveTimeout(int Fd, bool On) {
  changeFacts(Fd, [&](FdFacts &F) { F.HasReceiveTimeout = On; });
}
void setSendTimeout(int Fd, bool On) {
  changeFacts(Fd, [&](FdFacts &F) { F.HasSendTimeout = On; });
}

Lock &acceptLock(int Fd) {
  static Lock Shared; // For numbers that have no entry.
  Entry *E = find(Fd, true);
  return E ? E->Accepting : Shared;
}

OC_FORK_CODE void lockForFork() { HidingGuard.lock(); }
OC_FORK_CODE void unlockAfterFork() { HidingGuard.unlock(); }

OC_FORK_CODE void processForked() {
  Forks.fetch_add(1, std::memory_order_relaxed);
}

void resetInChild() {
  ++ThisProcess;
  ChunksGuard.reset();
  for (Chunk *C = AllChunks.load(std::memory_order_relaxed); C; C = C->Next)
    for (unsigned I = 0; I < ChunkEntries; ++I) {
      Entry &E = C->Entries[I];
      if (E.HiddenUsers) // Calls of threads that the child does not have.
        sys::close(static_cast<int>(C->First + I));
      E.Guard.reset();
      E.Accepting.reset();
      E.Waiters = nullptr;
      E.Tries[0] = E.Tries[1] = 0;
      E.Home = nullptr;
      E.Registered = 0;
      E.Known = false;
      E.HiddenUsers = 0;
    }
}

} // namespace oc::fds

oc::FdWaiter::~FdWaiter() { fds::release(*this); }
