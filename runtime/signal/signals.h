// signals.h - signals for coroutines. Workers block all of them in the kernel;
// main has its own, natively. What is meant for a coroutine is recorded in its
// block, and its handler runs on its own stack when it next looks:
//
//   pthread_kill, raise, SIGPIPE --.
//   sent to the process, main     --> PendingSignals --> deliverSignals()
//   blocks it (the monitor gets it)'                     in the coroutine
//
// A coroutine whose OS thread is its own, for good or in an opaque call, gets
// them from the kernel (by_kernel.cpp).
//
// A signal that reaches main while the runtime holds a lock there is recorded
// too (sys/inside.h).
#ifndef OPEN_CO_SIGNAL_SIGNALS_H
#define OPEN_CO_SIGNAL_SIGNALS_H

#include "coro/os_thread.h"
#include "signal/user_copy.h"
#include "sys/inside.h"

#include <cerrno>
#include <csignal>
#include <ucontext.h>

namespace oc {

struct ThreadBlock;

constexpr uint64_t bitOf(int Signal) { return uint64_t{1} << (Signal - 1); }

/// Real-time signals: each that is sent is delivered.
constexpr bool isQueued(int Signal) { return Signal >= 32; }

/// The kernel's set (64 bits) and libc's (longer) begin alike.
inline uint64_t toBits(const sigset_t &Set) {
  return *reinterpret_cast<const uint64_t *>(&Set);
}
inline void fromBits(uint64_t Bits, sigset_t &Set) {
  sigemptyset(&Set);
  *reinterpret_cast<uint64_t *>(&Set) = Bits;
}

/// SIGKILL and SIGSTOP, which nobody can block, and what libc keeps for itself.
constexpr uint64_t Unblockable =
    bitOf(SIGKILL) | bitOf(SIGSTOP) | bitOf(32) | bitOf(33);
/// Made by the running instruction: handled in place, on the very thread.
constexpr uint64_t Faults = bitOf(SIGSEGV) | bitOf(SIGBUS) | bitOf(SIGFPE) |
                            bitOf(SIGILL) | bitOf(SIGTRAP) | bitOf(SIGSYS);

/// Takes over the handlers that the program installed before its first thread.
/// Idempotent.
void adoptSignals();

/// What delivering did to a call that was interrupted for it.
enum class Delivered : uint8_t {
  Nothing, // No handler ran.
  Restart, // Each handler that ran had SA_RESTART.
  Interrupt,
};

/// Runs the handlers of the running coroutine's pending signals that it does
/// not block. Never on a scheduler's stack.
Delivered deliverSignals();

/// What an interrupted wrapper does: runs the handlers. \returns -EINTR, or 0
/// if the call goes on: the coroutine is not cancelled, and no handler ran or
/// all had SA_RESTART and the call is \p Restartable (see signal(7)).
long interrupted(bool Restartable);

/// Makes \p Signal pending for \p T. \returns 0 or an error number.
int sendSignal(ThreadBlock &T, int Signal, const siginfo_t &Info);

/// The same by a number that is one of ours (thread/thread_id.h); to the caller
/// itself it is delivered. \returns 0 or a negative errno value.
long sendToThread(pid_t Id, int Signal, const siginfo_t &Info);

/// What SignalsByKernel and SignalsByRuntime are (sched/scheduler.h).
void signalsByKernel();
void signalsByRuntime();

/// The handler of \p Signal begins on the stack of \p T. \returns the mask
/// before, which leaveHandler() wants.
uint64_t enterHandler(ThreadBlock &T, int Signal, const struct sigaction &A);
void leaveHandler(ThreadBlock &T, uint64_t Before);

/// For a handler that the kernel calls while the runtime holds a lock on this
/// OS thread (Here.Depth): \p Signal comes again when the last lock is free.
void putOff(Inside &Here, int Signal, siginfo_t &Info, ucontext_t &Context);

/// Does what the runtime's frames of the running thread, which a jump to \p
/// Target leaves, would have done as they return, the inner ones first.
void leaveFrames(const void *Target);
/// Before the stack of \p T is unwound down to the innermost handler's call, or
/// to its end: the same.
void leaveFramesUnwound(ThreadBlock &T);
/// The same where libc unwinds: the waits of main, or of a native thread.
void leaveWaitsUnwound(Coroutine &C);

/// Gives back what sendSignal() allocated for \p T.
void releaseSignals(ThreadBlock &T);

/// The running coroutine wrote to a pipe or socket that nobody reads: the
/// kernel's SIGPIPE for this OS thread becomes the coroutine's. \p Deliver
/// false: the call wrote something, and natively there is no signal then.
void takeSigpipe(bool Deliver);
/// It was refused with EFBIG: the same for SIGXFSZ, if there is one. errno
/// stays.
void takeSigxfsz();
/// Their two halves, where the OS thread may be another one in between.
/// \returns whether there was one.
bool consumeSignal(int Signal);
void sendToSelf(int Signal);

/// Gives a new thread its mask: \p Mask, or the creator's.
void inheritSignalMask(ThreadBlock &T, const sigset_t *Mask);

/// Main's OS thread is about to end: signals for the process go to threads.
void mainHasExited();

/// \p T has another mask than \p Before: it may now take signals for the
/// process that main blocks, or not any more.
void signalMaskChanged(ThreadBlock &T, uint64_t Before);

/// The caller has sent \p Signal to \p To, as kill(2) names processes: what a
/// coroutine gets of it itself is delivered.
void signalWasSent(pid_t To, int Signal);

/// Of signals that main blocks and that were sent to the process: waits until
/// those in \p Bits that the caller, or any coroutine, does not block are
/// pending for a thread, and the others for the process.
void takeFromMonitor(uint64_t Bits);

/// The mask of whoever runs here.
uint64_t currentMask();

/// While it lives, the OS thread's real mask is the coroutine's: for calls that
/// make a process, which inherits it. Nothing on main.
class RealMask {
public:
  RealMask();
  ~RealMask();

private:
  uint64_t Saved;
  bool Changed;
};

/// While it lives, the running coroutine has another mask.
class TemporaryMask {
public:
  /// \p Mask null: no other.
  explicit TemporaryMask(const uint64_t *Mask);
  ~TemporaryMask();
  /// The first handler that deliverSignals() runs goes back to the old mask.
  void endWithHandler();

private:
  ThreadBlock *Thread;
  uint64_t Saved = 0;
  bool EndsWithHandler = false;
};

/// Calls \p Op under \p Mask, as pselect(2) and its kin do; null: under the
/// present one. \returns Op's result, or -EFAULT.
template <typename Callable> long withMask(const sigset_t *Mask, Callable Op) {
  uint64_t Bits;
  if (Mask && !readUser(Bits, reinterpret_cast<const uint64_t *>(Mask)))
    return -EFAULT;
  long Result;
  {
    TemporaryMask Here(Mask ? &Bits : nullptr);
    Here.endWithHandler();
    Result = Op();
  }
  deliverSignals();
  return Result;
}

void resetDeliveryInChild();
/// In a forked child: the real mask becomes the coroutine's for good.
void resetSignalsInChild();

} // namespace oc

#endif
