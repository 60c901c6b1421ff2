// deliver.cpp - signals to coroutines: making them pending, and running the
// handlers.
#include "libc/wrapper.h"
#include "sched/scheduler.h"
#include "signal/actions.h"
#include "signal/pending.h"
#include "signal/signals.h"
#include "sys/errno.h"
#include "sys/pool.h"
#include "thread/cancel.h"
#include "thread/thread_block.h"

#include <algorithm>
#include <cerrno>
#include <mutex>
#include <unistd.h>

namespace oc {

/// What siginfo says of each pending signal, by its number.
struct SignalInfos {
  siginfo_t Of[65];
};

namespace {

Pool<SignalInfos> AllInfos;

/// Signals whose default action is to do nothing (signal(7)).
constexpr uint64_t IgnoredByDefault =
    bitOf(SIGCHLD) | bitOf(SIGURG) | bitOf(SIGWINCH) | bitOf(SIGCONT);

/// The default action of \p Signal ends or stops the whole process: lets the
/// kernel take it, on this OS thread.
void takeDefaultAction(int Signal) {
  uint64_t Bit = bitOf(Signal), Old;
  sys::tgkill(sys::processId(), sys::threadId(), Signal);
  sys::signalMask(SIG_UNBLOCK, &Bit, &Old);
  sys::signalMask(SIG_SETMASK, &Old, nullptr);
}

siginfo_t infoFor(int Code, union sigval Value = {}) {
  siginfo_t Info{};
  Info.si_code = Code;
  Info.si_pid = getpid();
  Info.si_uid = getuid();
  Info.si_value = Value;
  return Info;
}

/// Runs one pending signal of the running coroutine.
Delivered deliverOne(ThreadBlock &T, int Signal) {
  siginfo_t Info = takePending(T, Signal);
  struct sigaction Action = takeAction(Signal);
  if (Action.sa_handler == SIG_IGN ||
      (Action.sa_handler == SIG_DFL && (bitOf(Signal) & IgnoredByDefault)))
    return Delivered::Nothing;
  if (Action.sa_handler == SIG_DFL) {
    takeDefaultAction(Signal);
    return Delivered::Nothing; // It was a stop, and the process goes on.
  }
  uint64_t Before = enterHandler(T, Signal, Action);
  {
    NoCancellation Here(T); // What was interrupted lies on the stack.
    callHandler(Action, Signal, Info, nullptr);
  }
  leaveHandler(T, Before);
  signalMaskChanged(T, Before | toBits(Action.sa_mask) | bitOf(Signal));
  return Action.sa_flags & SA_RESTART ? Delivered::Restart
                                      : Delivered::Interrupt;
}

} // namespace

void resetDeliveryInChild() { AllInfos.reset(); }

void addPending(ThreadBlock &T, int Signal, const siginfo_t &Info) {
  SignalInfos *Infos = T.Infos.load(std::memory_order_acquire);
  if (!Infos) {
    SignalInfos *New = AllInfos.take();
    if (T.Infos.compare_exchange_strong(Infos, New))
      Infos = New;
    else if (New)
      AllInfos.give(New);
  }
  if (Infos) // The signal itself needs no memory.
    Infos->Of[Signal] = Info;
  // Release: pairs with hasSignal's acquire; the information is there.
  T.PendingSignals.fetch_or(bitOf(Signal), std::memory_order_acq_rel);
}

siginfo_t takePending(ThreadBlock &T, int Signal) {
  T.PendingSignals.fetch_and(~bitOf(Signal));
  SignalInfos *Infos = T.Infos.load(std::memory_order_acquire);
  siginfo_t Info = Infos ? Infos->Of[Signal] : infoFor(SI_USER);
  Info.si_signo = Signal;
  return Info;
}

Delivered deliverSignals() {
  ThreadBlock *T = currentThread();
  Delivered Worst = Delivered::Nothing;
  while (T && T->hasSignal()) {
    int Signal = __builtin_ctzll(T->PendingSignals.load() & ~T->SignalMask) + 1;
    Worst = std::max(Worst, deliverOne(*T, Signal));
  }
  return Worst;
}

long interrupted(bool Restartable) {
  Delivered D = deliverSignals();
  bool GoesOn =
      D == Delivered::Nothing || (D == Delivered::Restart && Restartable);
  return GoesOn && !self().isCancelled() ? 0 : -EINTR;
}

int sendSignal(ThreadBlock &T, int Signal, const siginfo_t &Info) {
  if (Signal < 0 || Signal > 64 || Signal == 32 || Signal == 33)
    return EINVAL; // Those two are libc's own.
  if (Signal == 0)
    return 0;
  if (bitOf(Signal) & Unblockable) {
    takeDefaultAction(Signal); // SIGKILL and SIGSTOP are for the process.
    return 0;
  }
  {
    std::lock_guard Held(T.SignalGuard);
    if (T.ByKernel)
      return sendByKernel(T, *T.ByKernel, Signal, Info);
    addPending(T, Signal, Info);
  }
  unpark(T);
  return 0;
}

void releaseSignals(ThreadBlock &T) {
  if (SignalInfos *Infos = T.Infos.exchange(nullptr))
    AllInfos.give(Infos);
}

void takeSigpipe(bool Deliver) {
  ThreadBlock *T = currentThread();
  if (!T)
    return;
  sigset_t Set;
  sigemptyset(&Set);
  sigaddset(&Set, SIGPIPE);
  timespec Now{};
  int Saved = getErrno();
  bool WasSent = sigtimedwait(&Set, nullptr, &Now) == SIGPIPE;
  setErrno(Saved);
  if (!WasSent || !Deliver)
    return;
  sendSignal(*T, SIGPIPE, infoFor(SI_USER));
  deliverSignals();
}

} // namespace oc

using namespace oc;

OC_WRAPPER int __oc_pthread_kill(pthread_t Handle, int Signal) noexcept {
  return forThread(
      Handle,
      [&](ThreadBlock &T) {
        int Error = sendSignal(T, Signal, infoFor(SI_TKILL));
        if (&T == currentThread())
          deliverSignals(); // POSIX: before it returns.
        return Error;
      },
      [&] { return pthread_kill(Handle, Signal); });
}

OC_WRAPPER int __oc_pthread_sigqueue(pthread_t Handle, int Signal,
                                     const union sigval Value) noexcept {
  return forThread(
      Handle,
      [&](ThreadBlock &T) {
        int Error = sendSignal(T, Signal, infoFor(SI_QUEUE, Value));
        if (&T == currentThread())
          deliverSignals();
        return Error;
      },
      [&] { return pthread_sigqueue(Handle, Signal, Value); });
}

OC_WRAPPER int __oc_raise(int Signal) noexcept {
  ThreadBlock *T = currentThread();
  if (!T)
    return raise(Signal);
  int Error = sendSignal(*T, Signal, infoFor(SI_TKILL));
  deliverSignals();
  return static_cast<int>(toErrno(-Error));
}
