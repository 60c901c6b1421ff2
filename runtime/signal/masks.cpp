// masks.cpp - signal masks of coroutines, and signals sent to the process that
// main blocks: the monitor's OS thread then takes them for a coroutine that
// does not. Until somebody wants such a signal the kernel keeps it.
#include "libc/wrapper.h"
#include "sched/monitor.h"
#include "sched/scheduler.h"
#include "sched/wait_queue.h"
#include "signal/actions.h"
#include "signal/kernel_handler.h"
#include "signal/pending.h"
#include "signal/signals.h"
#include "sys/errno.h"
#include "thread/thread_block.h"

#include <cerrno>
#include <climits>

namespace oc {
namespace {

/// Signals that main blocks, and those that some coroutine may not block.
std::atomic<uint64_t> MainMask{0};
std::atomic<uint64_t> Receivable{0};

/// What the monitor's OS thread does not block. Changed by it only.
std::atomic<uint64_t> Open{0};

/// How often threads have waited for the monitor, and how many of these it has
/// seen to.
std::atomic<uint32_t> Asked{0};
std::atomic<uint32_t> Answered{0};

/// Whether this is main's OS thread (and not a vfork child).
bool isMain() { return runtimeServes() && sys::threadId() == sys::processId(); }

/// Gives a signal that reached the monitor to a coroutine: to one that does not
/// block it, else to one that takes it as soon as its handler returns. Sent to
/// the process again it would come after later ones.
bool dispatch(int Signal) {
  auto Give = [&](bool AfterHandler) {
    return visitThreads([&](ThreadBlock &T) {
      uint64_t Blocked = T.SignalMask;
      if (AfterHandler)
        Blocked &= ~T.HandlerMask.load();
      if (Blocked & bitOf(Signal))
        return false;
      sendSignal(T, Signal, RecordedInfo[Signal]);
      return true;
    });
  };
  return Give(false) || Give(true);
}

/// Gives away what came, and opens the monitor's mask for what may come.
void takeSignals() {
  Inside &Here = insideHere();
  while (uint64_t Bits = Here.Recorded) {
    int Signal = __builtin_ctzll(Bits) + 1;
    forgetRecorded(Here, bitOf(Signal));
    if (!dispatch(Signal)) {
      // Nobody wants it any more: the kernel keeps it.
      Receivable.fetch_and(~bitOf(Signal));
      sendToProcess(Signal, RecordedInfo[Signal]);
    }
    Open.fetch_and(~bitOf(Signal)); // Its handler has blocked it.
  }
  uint64_t Wanted = MainMask.load() & Receivable.load() & ~Faults;
  uint64_t Before = Open.load();
  if (Wanted == Before)
    return;
  uint64_t Close = Before & ~Wanted, New = Wanted & ~Before;
  Open.store(Wanted);
  sys::signalMask(SIG_BLOCK, &Close, nullptr);
  sys::signalMask(SIG_UNBLOCK, &New, nullptr); // Pending ones come now.
  if (Here.Recorded)
    takeSignals();
}

/// On the monitor's thread.
void monitorDuty() {
  Inside &Here = insideHere();
  Here.Depth = 1;            // A signal is recorded here, whatever happens,
  Here.Notify = callMonitor; // and the monitor does not go to sleep on it.
  wakeMissed();
  uint32_t Ask = Asked.load();
  if (Ask != Answered.load()) { // What was sent before comes at the latest now.
    uint64_t Mask;
    sys::signalMask(SIG_BLOCK, nullptr, &Mask);
  }
  takeSignals();
  if (Answered.exchange(Ask) != Ask)
    sys::futexWake(&Answered, INT_MAX);
}

/// \p Mask is some coroutine's.
void noteReceiver(uint64_t Mask) {
  uint64_t Wanted = ~Mask & MainMask.load(std::memory_order_relaxed);
  // In the order of changes either ours comes first, and forgetReceiver sees
  // the mask; or we see that it took a bit away.
  if (!Wanted || !(Wanted & ~Receivable.fetch_or(Wanted)))
    return;
  callMonitor();
}

void noteMainMask() {
  uint64_t Mask;
  sys::signalMask(SIG_BLOCK, nullptr, &Mask);
  if (MainMask.exchange(Mask) == Mask)
    return;
  visitThreads([&](ThreadBlock &T) {
    Receivable.fetch_or(~T.SignalMask & Mask);
    return false;
  });
  if (schedulerRuns())
    callMonitor();
}

/// What the kernel keeps for the process, on a worker.
uint64_t keptByKernel() {
  uint64_t Bits = 0;
  sys::call(SYS_rt_sigpending, sys::word(&Bits), sizeof(Bits));
  return Bits;
}

/// pthread_sigmask for a coroutine. \returns an error number.
int changeMask(ThreadBlock &T, int How, const sigset_t *Set, sigset_t *Old) {
  if (Set) // What was sent before it is blocked natively is handled by now.
    deliverSignals();
  uint64_t Before = T.SignalMask;
  if (Set) {
    uint64_t Bits = toBits(*Set) & ~Unblockable;
    switch (How) {
    case SIG_BLOCK:
      T.SignalMask = Before | Bits;
      break;
    case SIG_UNBLOCK:
      T.SignalMask = Before & ~Bits;
      break;
    case SIG_SETMASK:
      T.SignalMask = Bits;
      break;
    default:
      return EINVAL;
    }
  }
  if (Old) {
    fromBits(Before, *Old);
    sanitizer::written(*Old);
  }
  // On an OS thread of its own the mask is the kernel's, too.
  if (T.ByKernel)
    makeMaskReal(T);
  signalMaskChanged(T, Before);
  // POSIX: before it returns.
  if (uint64_t Gained = Before & ~T.SignalMask & MainMask.load())
    if (keptByKernel() & Gained)
      takeFromMonitor(Gained);
  deliverSignals();
  return 0;
}

int changeOrNative(int How, const sigset_t *Set, sigset_t *Old) {
  if (ThreadBlock *T = currentThread())
    return changeMask(*T, How, Set, Old);
  int Error = pthread_sigmask(How, Set, Old);
  if (Set && isMain())
    noteMainMask();
  return Error;
}

/// Some thread has begun to block \p Bits: if all do, the kernel keeps them.
void forgetReceiver(uint64_t Bits) {
  auto Wanted = [] {
    uint64_t Any = 0;
    visitThreads([&](ThreadBlock &T) {
      Any |= ~T.SignalMask;
      return false;
    });
    return Any;
  };
  Bits &= ~Wanted();
  if (!Bits)
    return;
  Receivable.fetch_and(~Bits); // See noteReceiver.
  Receivable.fetch_or(Bits & Wanted());
  callMonitor();
}

} // namespace

void signalMaskChanged(ThreadBlock &T, uint64_t Before) {
  noteReceiver(T.SignalMask);
  if (uint64_t Gone = T.SignalMask & ~Before & Receivable.load())
    forgetReceiver(Gone);
}

void takeFromMonitor(uint64_t Bits) {
  if (!runtimeServes() || !schedulerRuns() || !MonitorDuty.load())
    return;
  // Also where it still takes what everybody has just begun to block, and gives
  // it back; and where it is about to take what somebody no longer blocks.
  uint64_t Takes = Open.load() | Receivable.load();
  if (ThreadBlock *T = currentThread())
    Takes |= ~T->SignalMask;
  if (!(Bits & Takes & MainMask.load()))
    return;
  uint32_t Mine = Asked.fetch_add(1) + 1;
  callMonitor();
  for (;;) {
    uint32_t Now = Answered.load();
    if (static_cast<int32_t>(Now - Mine) >= 0)
      return;
    sys::futexWait(&Answered, Now);
  }
}

uint64_t currentMask() {
  if (ThreadBlock *T = currentThread())
    return T->SignalMask;
  uint64_t Mask;
  sys::signalMask(SIG_BLOCK, nullptr, &Mask);
  return Mask;
}

void inheritSignalMask(ThreadBlock &T, const sigset_t *Mask) {
  if (!MonitorDuty) { // The first thread: main, nearly always, creates it.
    if (sys::threadId() == sys::processId())
      noteMainMask();
    MonitorDuty = monitorDuty;
    callMonitor();
  }
  T.SignalMask = Mask ? toBits(*Mask) & ~Unblockable : currentMask();
  noteReceiver(T.SignalMask);
}

void mainHasExited() {
  MainMask.store(~uint64_t{0});
  visitThreads([&](ThreadBlock &T) {
    Receivable.fetch_or(~T.SignalMask);
    return false;
  });
  callMonitor();
}

TemporaryMask::TemporaryMask(const uint64_t *Mask)
    : Thread(Mask ? currentThread() : nullptr) {
  if (!Thread)
    return;
  Saved = Thread->SignalMask;
  Thread->SignalMask = *Mask & ~Unblockable;
  signalMaskChanged(*Thread, Saved);
}

void TemporaryMask::endWithHandler() {
  if (Thread)
    Thread->MaskAfterWait = &Saved;
  EndsWithHandler = true;
}

TemporaryMask::~TemporaryMask() {
  // A handler may have chosen another mask.
  if (!Thread || (EndsWithHandler && Thread->MaskAfterWait != &Saved))
    return;
  uint64_t Before = Thread->SignalMask;
  Thread->SignalMask = Saved;
  Thread->MaskAfterWait = nullptr;
  if (Thread->ByKernel) // A handler has got it an OS thread of its own.
    makeMaskReal(*Thread);
  signalMaskChanged(*Thread, Before);
}

RealMask::RealMask() : Saved(0), Changed(currentThread() != nullptr) {
  if (!Changed)
    return;
  uint64_t Mask = currentMask();
  sys::signalMask(SIG_SETMASK, &Mask, &Saved);
}

RealMask::~RealMask() {
  if (Changed)
    sys::signalMask(SIG_SETMASK, &Saved, nullptr);
}

void resetSignalsInChild() {
  MonitorDuty = nullptr;
  Open.store(0);
  Asked.store(0);
  Answered.store(0);
  resetActionsInChild();
  resetDeliveryInChild();
  MainMask.store(0);
  Receivable.store(0);
  if (ThreadBlock *T = currentThread()) {
    T->SignalGuard.reset();
    T->PendingSignals.store(0); // fork(2)
    T->Infos.store(nullptr);    // Somebody may have been at it.
    T->SentByKernel.store(0);
    signalsByKernel();
  }
}

} // namespace oc

using namespace oc;

OC_WRAPPER int __oc_pthread_sigmask(int How, const sigset_t *Set,
                                    sigset_t *Old) noexcept {
  return changeOrNative(How, Set, Old);
}

OC_WRAPPER int __oc_sigprocmask(int How, const sigset_t *Set,
                                sigset_t *Old) noexcept {
  return static_cast<int>(toErrno(-changeOrNative(How, Set, Old)));
}

/// sigpending(2): what is pending for the thread, and for the process.
OC_WRAPPER int __oc_sigpending(sigset_t *Set) noexcept {
  int Result = sigpending(Set);
  ThreadBlock *T = currentThread();
  if (Result != 0 || !T || T->ByKernel)
    return Result;
  // All that is pending for a worker itself is of calls that are not in the
  // table: no thread's, once they have returned.
  uint64_t OfCalls = bitOf(SIGPIPE) | bitOf(SIGXFSZ);
  fromBits((toBits(*Set) & ~OfCalls) | T->PendingSignals.load(), *Set);
  return Result;
}
