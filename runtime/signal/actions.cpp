// actions.cpp - what the program wants done about each signal: sigaction and
// signal. The kernel has our own handler instead (kernel_handler.cpp).
#include "signal/actions.h"
#include "libc/wrapper.h"
#include "sched/wait_queue.h"
#include "signal/kernel_handler.h"
#include "signal/pending.h"
#include "signal/signals.h"
#include "sys/errno.h"
#include "sys/sanitizer.h"
#include "thread/thread_block.h"

#include <atomic>
#include <cerrno>
#include <mutex>

namespace oc {

namespace {

Lock Guard;
std::atomic<bool> Adopted{false};

/// What libc adds to the flags of an action, and sigaction reads back.
constexpr int Restorer = 0x04000000; // The kernel's SA_RESTORER.

struct sigaction actionLocked(int Signal) {
  struct sigaction Kernel{};
  sigaction(Signal, nullptr, &Kernel);
  if (!isInstalled(Kernel))
    return Kernel;
  struct sigaction Action = Wanted[Signal].get();
  if (Action.sa_flags & Restorer)
    Action.sa_restorer = Kernel.sa_restorer;
  return Action;
}

/// \p New as it is read back. ThreadSanitizer reads back what was given.
struct sigaction kept(struct sigaction New) {
  if (!sanitizer::isThreadSanitizer()) {
    fromBits(toBits(New.sa_mask) & ~(bitOf(SIGKILL) | bitOf(SIGSTOP)),
             New.sa_mask);
    New.sa_flags |= Restorer;
  }
  return New;
}

/// As sigaction(). Under the guard.
int installInFront(int Signal, const struct sigaction &Action) {
  Wanted[Signal].set(Action);
  return install(Signal, Action);
}

/// Gives \p Signal another action. Under the guard.
int setActionLocked(int Signal, const struct sigaction *New,
                    struct sigaction *Old) {
  struct sigaction Before = actionLocked(Signal);
  int Result = 0;
  if (New && (isHandler(*New) || (bitOf(Signal) & AlwaysOurs)))
    Result = installInFront(Signal, kept(*New));
  else if (New)
    Result = sigaction(Signal, New, nullptr);
  if (Result == 0 && Old)
    sanitizer::give(*Old, Before);
  return Result;
}

int setAction(int Signal, const struct sigaction *New, struct sigaction *Old) {
  if (Signal < 1 || Signal > 64 || (bitOf(Signal) & Unblockable))
    return sigaction(Signal, New, Old); // libc knows the error.
  if (!New || !isIgnored(Signal, *New)) {
    std::lock_guard Held(Guard);
    return setActionLocked(Signal, New, Old);
  }
  // POSIX 2.4.3: what is pending is discarded, for all threads. What is sent
  // once there is a handler again is not, so both are one step.
  std::lock_guard Live(LiveGuard);
  std::lock_guard Held(Guard);
  int Result = setActionLocked(Signal, New, Old);
  for (ThreadBlock *T = LiveThreads; T && Result == 0; T = T->NextLive)
    discardPending(*T, Signal);
  return Result;
}

/// Signals that came while a lock was held on this OS thread may come now.
void deliverRecorded() {
  Inside &Here = insideHere();
  wakeMissed();
  while (uint64_t Bits = Here.Recorded) {
    forgetRecorded(Here, Bits);
    sys::signalMask(SIG_UNBLOCK, &Bits, nullptr);
  }
}

} // namespace

bool isIgnored(int Signal, const struct sigaction &Action) {
  constexpr uint64_t ByDefault =
      bitOf(SIGCHLD) | bitOf(SIGURG) | bitOf(SIGWINCH) | bitOf(SIGCONT);
  return Action.sa_handler == SIG_IGN ||
         (Action.sa_handler == SIG_DFL && (bitOf(Signal) & ByDefault));
}

struct sigaction actionOf(int Signal) {
  std::lock_guard Held(Guard);
  return actionLocked(Signal);
}

struct sigaction takeAction(int Signal) {
  std::lock_guard Held(Guard);
  struct sigaction Action = actionLocked(Signal);
  if (!isHandler(Action) || !(Action.sa_flags & SA_RESETHAND))
    return Action;
  if (bitOf(Signal) & AlwaysOurs)
    return Wanted[Signal].take();
  struct sigaction Reset = Action; // Mask and flags stay.
  Reset.sa_handler = SIG_DFL;
  sigaction(Signal, &Reset, nullptr);
  return Action;
}

void adoptSignals() {
  if (Adopted.load(std::memory_order_acquire))
    return;
  std::lock_guard Held(Guard);
  if (Adopted.load(std::memory_order_relaxed))
    return;
  DeliverRecorded = deliverRecorded;
  DeliverPending = [] { deliverSignals(); };
  SignalsByKernel = signalsByKernel;
  SignalsByRuntime = signalsByRuntime;
  int Saved = getErrno();
  for (int Signal = 1; Signal <= 64; ++Signal) {
    struct sigaction Now{};
    if ((bitOf(Signal) & Unblockable) || sigaction(Signal, nullptr, &Now) != 0)
      continue; // Not one of those that libc keeps for itself.
    if (isHandler(Now) || (bitOf(Signal) & AlwaysOurs))
      installInFront(Signal, Now);
  }
  setErrno(Saved);
  Adopted.store(true, std::memory_order_release);
}

void resetActionsInChild() { Guard.reset(); }

} // namespace oc

using namespace oc;

OC_WRAPPER int __oc_sigaction(int Signal, const struct sigaction *New,
                              struct sigaction *Old) noexcept {
  // A forked child without threads so far keeps our handlers, and so our table;
  // a vfork child must leave it to its parent.
  OsThread *T = thisThread();
  if (!Adopted.load(std::memory_order_acquire) || (T && T->InVfork))
    return sigaction(Signal, New, Old);
  return setAction(Signal, New, Old);
}

namespace {

sighandler_t setHandler(int Signal, sighandler_t Handler, int Flags) {
  struct sigaction New{}, Old{};
  New.sa_handler = Handler;
  New.sa_flags = Flags;
  sigemptyset(&New.sa_mask);
  if (Handler == SIG_ERR) {
    setErrno(EINVAL);
    return SIG_ERR;
  }
  sanitizer::written(New);
  return __oc_sigaction(Signal, &New, &Old) == 0 ? Old.sa_handler : SIG_ERR;
}

} // namespace

OC_WRAPPER sighandler_t __oc_signal(int Signal, sighandler_t Handler) noexcept {
  return setHandler(Signal, Handler, restartFlag(Signal));
}

OC_WRAPPER sighandler_t __oc_ssignal(int Signal,
                                     sighandler_t Handler) noexcept {
  return __oc_signal(Signal, Handler);
}

/// signal() as System V has it (strict -std= modes).
OC_WRAPPER sighandler_t __oc___sysv_signal(int Signal,
                                           sighandler_t Handler) noexcept {
  return setHandler(Signal, Handler,
                    static_cast<int>(SA_RESETHAND) | SA_NODEFER);
}
OC_WRAPPER sighandler_t __oc_sysv_signal(int Signal,
                                         sighandler_t Handler) noexcept {
  return __oc___sysv_signal(Signal, Handler);
}
