// scheduler.cpp - the loop that runs coroutines, and how they leave it: park,
// unpark, yield, end.
#include "sched/scheduler.h"
#include "reactor/fd_table.h"
#include "sched/cpus.h"
#include "sched/monitor.h"
#include "sched/os_threads.h"
#include "sched/wait_queue.h"
#include "sched/worker.h"
#include "sys/arena.h"
#include "sys/errno.h"
#include "sys/message.h"
#include "sys/options.h"
#include "sys/sanitizer.h"

#include <cerrno>
#include <cstring>
#include <mutex>
#include <signal.h>
#include <utility>

namespace oc {

void (*SignalsByKernel)();
void (*SignalsByRuntime)();
bool (*CallCancellable)(void (*)(void *), void *, bool);

namespace {

Lock StartGuard;
std::atomic<bool> Runs{false};

//===- Where a runnable coroutine goes ------------------------------------===//

/// \p Next: the running coroutine woke it, so it goes first here.
void enqueue(Coroutine &C, bool Next) {
  if (Option.Migrate) {
    Worker &W = Workers[(C.LastWorker + 1) % NumWorkers];
    W.Queue.push(C);
    W.wake();
    return;
  }
  OsThread *T = thisThread();
  Worker *W = T ? T->Drives : nullptr;
  // Main, a native thread, the monitor, or one that has lost its worker.
  if (!W || Duty::thread(W->Driver.load(std::memory_order_relaxed)) != T) {
    GlobalQueue.push(C);
    wakeSleeper();
    return;
  }
  bool WorkForOthers;
  if (Next && T->Current) {
    WorkForOthers = W->Queue.pushFirst(C);
  } else {
    W->Queue.push(C);
    WorkForOthers = T->Current || W->Queue.length() > 1;
  }
  // Another thread may have taken the worker over since we looked, found
  // nothing and gone to sleep.
  if (W->Asleep.load())
    W->wake();
  else if (WorkForOthers)
    wakeSleeper();
}

/// What becomes of a coroutine that has just left its stack on \p T.
void afterwards(OsThread &T, Coroutine &C) {
  switch (T.Then) {
  case After::Park: {
    ParkState Expected = ParkState::Running;
    // Release: whoever unparks C must see its saved registers.
    if (!C.State.compare_exchange_strong(Expected, ParkState::Parked,
                                         std::memory_order_acq_rel))
      enqueue(C, false);
    return;
  }
  case After::Yield:
    if (T.Drives && !Option.Migrate)
      T.Drives->Queue.push(C);
    else
      enqueue(C, false);
    return;
  case After::End:
    C.Ended(C);
    return;
  }
}

/// Ends the process if \p Result says that there is no way to wait.
void requirePolling(long Result) {
  if (Result == -ENOSYS || Result == -EPERM)
    fail("the kernel refuses epoll or eventfd (%s), so threads cannot wait; "
         "the sandbox (seccomp) must allow epoll_create1, epoll_ctl, "
         "epoll_wait and eventfd2",
         strerrordesc_np(static_cast<int>(-Result)));
}

/// A stack switch is a return to where the CPU has no record of a call.
void requireNoShadowStack() {
  if (sys::hasShadowStack())
    fail("this process has a shadow stack (CET), with which coroutines cannot "
         "run; set GLIBC_TUNABLES=glibc.cpu.x86_shstk=off or compile with "
         "-fcf-protection=none");
}

int startLocked() {
  requireNoShadowStack();
  unsigned N =
      static_cast<unsigned>(Option.Workers ? Option.Workers : usableCpus());
  auto *All = static_cast<Worker *>(
      arena::allocate(N * sizeof(Worker), alignof(Worker)));
  if (!All)
    return -ENOMEM;
  for (unsigned I = 0; I < N; ++I) {
    Worker *W = new (&All[I]) Worker;
    W->Index = I;
    if (long R = W->Events.open(); R < 0) {
      requirePolling(R);
      for (unsigned J = 0; J < I; ++J)
        All[J].Events.close();
      return static_cast<int>(R);
    }
  }
  fds::Unpark = unpark;
  Workers = All;
  NumWorkers = N;
  for (unsigned I = 0; I < N; ++I) {
    OsThread *T = idleOrNewThread();
    if (!T) { // Fewer workers than CPUs are better than no program.
      for (unsigned J = I; J < N; ++J)
        All[J].Events.close();
      NumWorkers = I;
      if (I == 0)
        return -EAGAIN;
      break;
    }
    All[I].Driver.store(Duty::scheduling(*T));
    assign(*T, All[I]);
  }
  return -startMonitor();
}

} // namespace

//===- Starting -----------------------------------------------------------===//

int startScheduler() {
  if (schedulerRuns())
    return 0;
  // Adopts main, or whichever thread is the first.
  if (!thisThread() && !attachForeign())
    return -ENOMEM;
  std::lock_guard Held(StartGuard);
  if (schedulerRuns())
    return 0;
  int Result = startLocked();
  if (Result == 0)
    Runs.store(true, std::memory_order_release);
  return Result;
}

bool schedulerRuns() { return Runs.load(std::memory_order_acquire); }

Coroutine &self() {
  OsThread *T = thisThread();
  if (!T && !(T = attachForeign()))
    fail("no memory for the record of a thread");
  return *T->Current;
}

//===- The loop -----------------------------------------------------------===//

void driveWorkers(OsThread &T) {
  if (T.Retires) {
    if (Coroutine *C = awaitFirst(T)) {
      resume(T, *C);
      afterwards(T, *C); // It has ended.
    }
    retire(T); // There is no worker to give away.
    return;
  }
  for (;;) {
    if (!T.Drives)
      T.Drives = &awaitAssignment(T);
    Worker &W = *T.Drives;
    Coroutine &C = W.next();
    if (OsThread *Own = C.Own.load()) [[unlikely]] {
      moveTo(*Own, C);
      continue;
    }
    C.LastWorker = W.Index;
    W.Ticks.store(W.Ticks.load(std::memory_order_relaxed) + 1,
                  std::memory_order_relaxed);
    // Release: the monitor's taking the worker comes after our last use.
    W.Driver.store(Duty::running(T), std::memory_order_release);
    resume(T, C);
    Duty::Word Mine = Duty::running(T);
    bool Kept = W.Driver.compare_exchange_strong(Mine, Duty::scheduling(T));
    if (!Kept)
      T.Drives = nullptr;
    afterwards(T, C);
    if (T.Retires && retire(T))
      return;
    if (!Kept)
      makeIdle(T);
  }
}

//===- Parking ------------------------------------------------------------===//

void makeRunnable(Coroutine &C) { enqueue(C, false); }

void unpark(Coroutine &C) {
  // Acquire: pairs with the release with which C became Parked.
  switch (C.State.exchange(ParkState::Notified, std::memory_order_acq_rel)) {
  case ParkState::Parked:
    return enqueue(C, true);
  case ParkState::Blocked:
    sys::futexWake(&C.State, 1);
    return;
  case ParkState::Running:
  case ParkState::Notified:
    return;
  }
}

namespace {

/// Acquire: what the waker did before unpark() is visible from here on.
void backToRunning(Coroutine &C) {
  C.State.exchange(ParkState::Running, std::memory_order_acq_rel);
}

void parkBound(Coroutine &C, Deadline Until) {
  sanitizer::handleSignals();
  ParkState Expected = ParkState::Running;
  if (C.State.compare_exchange_strong(Expected, ParkState::Blocked)) {
    timespec T = Until.toTimespec();
    sys::futexWait(&C.State, static_cast<uint32_t>(ParkState::Blocked),
                   Until.isNever() ? nullptr : &T);
  }
  backToRunning(C);
}

void leave(After Then) {
  thisThread()->Then = Then;
  suspend();
  Coroutine &C = self();
  C.HasMoved = C.Bound.load(std::memory_order_relaxed);
}

} // namespace

void park(Deadline Until) {
  Coroutine &C = self();
  if (!suspendable())
    return parkBound(C, Until);
  if (Until.isNever()) {
    leave(After::Park);
    return backToRunning(C);
  }
  Worker &W = *thisThread()->Drives;
  Timer T(C, Until);
  if (W.Deadlines.add(T, unpark) && W.Asleep.load())
    W.wake(); // Another thread drives it by now, and sleeps too long.
  leave(After::Park);
  W.Deadlines.cancel(T);
  backToRunning(C);
}

void yield() {
  // Once all that run here have had their turn the CPU is given away, too: the
  // one that they wait for may be on an OS thread that waits for it.
  OsThread *T = thisThread();
  if (!T || !T->Drives || T->Drives->roundIsOver())
    sys::yield();
  if (suspendable()) {
    leave(After::Yield);
    arrive();
  }
}

void arrive() {
  Coroutine *C = currentCoroutine();
  if (C && std::exchange(C->HasMoved, false) && SignalsByKernel)
    SignalsByKernel();
}

void endCoroutine() {
  Coroutine &C = *thisThread()->Current;
  if (C.Bound.exchange(nullptr) && SignalsByRuntime)
    SignalsByRuntime(); // The OS thread is anybody's again.
  leave(After::End);
  __builtin_unreachable();
}

//===- OS threads for coroutines ------------------------------------------===//

void makeMaskReal(const Coroutine &C) {
  uint64_t Mask = C.SignalMask;
  sys::signalMask(SIG_SETMASK, &Mask, nullptr);
}

void becomeExclusive() {
  Coroutine *C = guest();
  if (!C)
    return;
  OsThread &T = *thisThread();
  bool MayMove = !inTeam();
  if (OsThread *Own = C->Own.load(); Own && Own != &T && MayMove)
    return yield(); // It moves there.
  // If there is no thread to be had now, the monitor will find one. A new one
  // inherits from this one, so that must not be known to be C's yet.
  if (Worker *W = T.Drives)
    handOff(*W, Duty::running(T));
  OsThread *Own = nullptr;
  if (!MayMove)
    stayHere(*C);
  else if (!C->Own.compare_exchange_strong(Own, &T) && Own != &T)
    return yield();
  C->Bound.store(&T, std::memory_order_relaxed);
  if (SignalsByKernel)
    SignalsByKernel();
}

void becomeTeamMember() {
  int Saved = getErrno();
  becomeOsThread();
  setErrno(Saved);
}

bool retiresHere() {
  OsThread &T = *thisThread();
  // With a worker it may be that nobody else can be had to drive that.
  return T.Retires &&
         (!T.Drives || T.Drives->Driver.load() != Duty::running(T));
}

int sharedOsThread() {
  int Id = std::atomic_ref(Duty::thread(Workers[0].Driver.load())->Tid).load();
  return Id ? Id : sys::processId(); // It is just starting.
}

void becomeOsThread() {
  becomeExclusive();
  OsThread *T = thisThread();
  if (T && !T->Foreign && !T->InVfork && T->Current && T->Current->Bound.load())
    T->Retires = true;
}

void enterOpaque() {
  OsThread &T = *thisThread();
  T.OpaqueAt = __builtin_frame_address(0);
  T.Opaque.store(true, std::memory_order_relaxed);
  if (SignalsByKernel)
    SignalsByKernel();
}

void leaveOpaque() {
  OsThread &T = *thisThread();
  Coroutine &C = *T.Current; // T may not be ours any more after yield().
  if (SignalsByRuntime)
    SignalsByRuntime();
  T.Opaque.store(false, std::memory_order_relaxed);
  // Without a worker we would be one running thread too many. If a handler has
  // made the OS thread ours (a fork's child has no worker), there is no need.
  if (!C.keepsOsThread() && T.Drives->Driver.load() != Duty::running(T))
    yield(); // errno travels with us.
  if (C.hasSignal())
    DeliverPending();
}

void resetSchedulerInChild() {
  OsThread *T = thisThread();
  StartGuard.reset();
  resetOsThreadsInChild();
  NumAsleep.store(0);
  Searching.store(false);
  new (&GlobalQueue) RunQueue;
  resetMonitorInChild();
  for (unsigned I = 0; I < NumWorkers; ++I) {
    Workers[I].Events.close();
    Workers[I].Driver.store(0); // So that T finds it has lost its worker.
  }
  NumWorkers = 0;
  Runs.store(false);
  if (!T)
    return;
  T->Tid = sys::threadId();
  T->Drives = nullptr;
  T->Opaque.store(false);
  T->Current->Own.store(T);
  T->Current->Bound.store(T);
}

} // namespace oc
