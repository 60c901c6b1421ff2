// fd_numbers.cpp - what the program does with its numbers: makes, copies and
// closes descriptors, and forks; and what is known of them.
#include "reactor/fd_entries.h"
#include "sys/at_fork.h"
#include "sys/syscall.h"

#include <cerrno>
#include <mutex>

namespace oc::fds {

OC_FORK_DATA std::atomic<uint32_t> Forks{0};
uint32_t ThisProcess = 1; // Children count on.

namespace {

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

template <typename Change> void changeFacts(int Fd, Change Edit) {
  Entry *E = find(Fd, false);
  if (!E)
    return;
  std::lock_guard Held(E->Guard);
  if (isPrivate(*E))
    Edit(E->Facts);
}

} // namespace

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
  forRange(First, Last, [](int Fd, Entry &) { closed(Fd); });
}

bool isHidden(int Fd) {
  Entry *E = find(Fd, false);
  return E && E->HiddenUsers != 0;
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
  forRange(First, Last, [](int Fd, Entry &) { forget(Fd); });
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
  resetEntriesGuard();
  forRange(0, UINT32_MAX, [](int Fd, Entry &E) {
    if (E.HiddenUsers) // Calls of threads that the child does not have.
      sys::close(Fd);
    E.Guard.reset();
    E.Accepting.reset();
    E.Waiters = nullptr;
    E.Tries[0] = E.Tries[1] = 0;
    E.Home = nullptr;
    E.Registered = 0;
    E.Known = false;
    E.HiddenUsers = 0;
  });
}

} // namespace oc::fds
