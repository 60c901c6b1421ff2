// coroutine.h - what every coroutine has: a stack, a place in the scheduler,
// and what natively belongs to the OS thread and travels with it instead.
// What a *thread of the program* has besides is in thread/thread_block.h.
#ifndef OPEN_CO_CORO_COROUTINE_H
#define OPEN_CO_CORO_COROUTINE_H

#include "coro/local_copies.h"
#include "coro/stack.h"
#include "sys/lock.h"

#include <atomic>
#include <clocale>
#include <cstdint>

namespace oc {

struct HandlerCall;
struct HeldLock;
struct NativeWait;
struct OnceCall;
struct OsThread;
struct OriginsBlock;
struct Waiter;

/// libstdc++'s and libc++'s __cxa_eh_globals (Itanium C++ ABI, 2.2.2).
struct ExceptionState {
  void *Caught = nullptr;
  unsigned Uncaught = 0;
};

/// Running --park--> Parked --unpark--> Notified, then Running again
///    `--unpark--> Notified --park--> Running (no lost wake-up)
/// The parker makes the transitions to Parked (Blocked: with its OS thread) and
/// Running, any thread that to Notified. A wake-up may be spurious: whoever
/// parks looks again.
enum class ParkState : uint32_t { Running, Parked, Notified, Blocked };

struct Coroutine {
  // Owned by the scheduler.
  void *Context = nullptr; // Saved registers while suspended.
  Coroutine *Next = nullptr;
  std::atomic<ParkState> State{ParkState::Running};
  /// The OS thread that this coroutine has to itself; null: any worker's.
  std::atomic<OsThread *> Bound{nullptr};
  /// The same, before it is there: it moves when it next goes on. Set once, by
  /// itself or by another.
  std::atomic<OsThread *> Own{nullptr};
  unsigned LastWorker = 0;
  /// Whether it changed what a new OS thread inherits from its creator: threads
  /// that it creates then begin on OS threads that its own creates.
  std::atomic<bool> PassesState{false};
  /// In how many calls it is in which it waits with its OS thread: of the
  /// program's own malloc (thread/allocator.cpp), and from prebuilt code.
  unsigned KeepsHere = 0;
  /// Whether it is in a handler that the kernel called, maybe on the signal
  /// stack of the OS thread, which it does not leave then.
  bool InHandler = false;
  /// Whether it has come to an OS thread of its own, where the kernel does not
  /// deliver its signals yet: see arrive().
  bool HasMoved = false;

  /// Whether its waits block its OS thread.
  bool keepsOsThread() const {
    // Relaxed: only the coroutine itself binds itself.
    return Bound.load(std::memory_order_relaxed) || KeepsHere || InHandler;
  }

  Stack Memory;
  void (*Entry)(Coroutine &) = nullptr;
  /// Called on the scheduler's stack once the coroutine has left its own for
  /// the last time; it may release Memory.
  void (*Ended)(Coroutine &) = nullptr;

  // Travels with the coroutine (saved while it is suspended).
  int Errno = 0;
  int HErrno = 0;
  ExceptionState Exceptions;
  locale_t Locale = nullptr; // uselocale(3); null: the global one.
  void *SanitizerFiber = nullptr;
  const void *SanitizerStackBottom = nullptr;
  size_t SanitizerStackSize = 0;
  uint64_t ValgrindStack = 0;

  // The coroutine's copies of thread_local variables (local_copies.h).
  /// All that most have: the origin of the program's; null until it touches
  /// one.
  struct {
    uintptr_t Size = ProgramSlot + sizeof(char *);
    char *Program = nullptr;
  } FirstOrigins;
  OriginsBlock *MoreOrigins = nullptr; // If it uses libraries'.
  /// Where the program's go when it first touches one.
  char *LocalsRoom = nullptr;
  size_t LocalsRoomSize = 0;

  /// Locks of libc that it holds (held_locks.h).
  HeldLock *HeldLocks = nullptr;

  // Signals (signal/). A set has bit N-1 for signal N.
  std::atomic<uint64_t> PendingSignals{0};
  std::atomic<uint64_t> SignalMask{0}; // Changed by the coroutine only.
  /// What of it only handlers block, until they return.
  std::atomic<uint64_t> HandlerMask{0};

  /// Its waits (wait_queue.h), of which a handler may leave those below it.
  Waiter *InnermostWait = nullptr;
  /// The handlers that run (signal/handler.h), innermost first; on a native
  /// thread only those that interrupted a wait.
  HandlerCall *Handlers = nullptr;
  NativeWait *NativeWaits = nullptr; // thread/cancel.h; of native threads.
  /// The initialisers that it runs (sync/once.h), innermost first.
  OnceCall *Initialisers = nullptr;

  /// Whether a signal waits that this coroutine does not block.
  bool hasSignal() const {
    return PendingSignals.load(std::memory_order_acquire) &
           ~SignalMask.load(std::memory_order_relaxed);
  }

  // Cancellation (thread/cancel.h).
  std::atomic<bool> CancelRequested{false};
  /// Whether a request takes effect now: the coroutine is in a cancellation
  /// point. Changed by itself only.
  bool CancelOpen = false;

  bool isCancelled() const {
    return CancelOpen && CancelRequested.load(std::memory_order_acquire);
  }
  /// Whether its wait is to end with EINTR.
  bool isInterrupted() const { return hasSignal() || isCancelled(); }
};

/// Prepares \p C so that the first resume calls C.Entry(C) with a stack that
/// ends below \p Top (16-byte aligned). Entry never returns.
void prepareCoroutine(Coroutine &C, char *Top, char *Bottom);

/// Counts what changed the global locale: each OS thread then has to look again
/// where its character tables are, as libc keeps that by thread.
extern std::atomic<unsigned> LocaleChanges;

/// Runs \p C on this OS thread until it suspends. Called on the scheduler's
/// stack of \p T.
void resume(OsThread &T, Coroutine &C);

/// Leaves the running coroutine for the scheduler of its OS thread; returns
/// when it is resumed, maybe on another one.
void suspend();

} // namespace oc

#endif
