// fd_entries.h - the entries of the descriptor table: in chunks that are mapped
// on first use and stay, so that a stale event finds an entry, at worst one of
// a later file: its waiters try again and park again.
#ifndef OPEN_CO_REACTOR_FD_ENTRIES_H
#define OPEN_CO_REACTOR_FD_ENTRIES_H

#include "reactor/fd_table.h"

namespace oc::fds {

struct Entry {
  Lock Guard;
  // Edges since the process began; never reset.
  uint32_t InEdges = 0, OutEdges = 0;
  FdWaiter *Waiters = nullptr;
  Poller *Home = nullptr;  // Where it is registered, if anywhere.
  uint32_t Registered = 0; // For which events.
  bool Known = false;      // Facts hold, unless forked since.
  bool InputEnded = false; // EPOLLRDHUP was seen.
  // Waiters that use this duplicate of ours. Becomes or leaves zero under
  // HidingGuard, too, which is taken after the entry's own.
  std::atomic<int> HiddenUsers{0};
  // Calls under way that were given this number, before and since the last
  // forget(), which waits for the earlier ones.
  std::atomic<int> Tries[2] = {};
  unsigned Turn = 0;
  uint32_t ForksAtCreation = 0;
  FdFacts Facts;
  Lock Accepting;
};

/// \returns the entry of \p Fd; null if \p Make is false and there is none, or
/// for a number that cannot be open, or without memory.
Entry *find(int Fd, bool Make);

/// Calls \p Op for the numbers in question that have an entry.
void forRange(unsigned First, unsigned Last, void (*Op)(int Fd, Entry &E));

/// In a forked child, whose other threads are gone.
void resetEntriesGuard();

/// How often the process has forked, and the number of this process among its
/// ancestors.
extern std::atomic<uint32_t> Forks;
extern uint32_t ThisProcess;

/// Whether nobody else refers to the description: the facts hold.
inline bool isPrivate(const Entry &E) {
  return E.Known && E.ForksAtCreation == Forks.load(std::memory_order_relaxed);
}

inline void link(Entry &E, FdWaiter &W) {
  W.Previous = nullptr;
  W.Next = E.Waiters;
  if (E.Waiters)
    E.Waiters->Previous = &W;
  E.Waiters = &W;
  W.Linked = true;
}

inline void unlink(Entry &E, FdWaiter &W) {
  (W.Previous ? W.Previous->Next : E.Waiters) = W.Next;
  if (W.Next)
    W.Next->Previous = W.Previous;
  W.Linked = false;
}

/// Sees to it that \p E is registered for \p Events. \returns 0 or a negative
/// errno value.
long registerFor(Entry &E, int Fd, uint32_t Events, Poller &Home);

} // namespace oc::fds

#endif
