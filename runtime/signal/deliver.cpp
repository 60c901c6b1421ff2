// deliver.cpp - signals to coroutines: making them pending, and running the
// handlers.
#include "libc/wrapper.h"
#include "sched/scheduler.h"
#include "signal/actions.h"
#include "signal/handler.h"
#include "signal/pending.h"
#include "signal/signals.h"
#include "sys/errno.h"
#include "sys/pool.h"
#include "thread/cancel.h"
#include "thread/thread_id.h"

#include <algorithm>
#include <cerrno>
#include <mutex>
#include <unistd.h>

namespace oc {

/// A real-time signal that waits.
struct QueuedSignal {
  siginfo_t Info;
  QueuedSignal *Next;
};

/// What siginfo says of each pending signal, by its number.
struct SignalInfos {
  siginfo_t Of[32];
  Lock Guard; // Of all, and of the signals' bits.
  struct {
    QueuedSignal *First, *Last;
  } Queue[33]; // Of 32 and so on.
};

namespace {

Pool<SignalInfos> AllInfos;
Pool<QueuedSignal> AllQueued;

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
  if (isIgnored(Signal, Action))
    return Delivered::Nothing;
  if (Action.sa_handler == SIG_DFL) {
    takeDefaultAction(Signal);
    return Delivered::Nothing; // It was a stop, and the process goes on.
  }
  uint64_t Before = enterHandler(T, Signal, Action), During = T.SignalMask;
  // As the kernel, which interrupts a handler that has not begun by the next.
  deliverSignals();
  callHandler(Action, Signal, Info, nullptr, &Before);
  leaveHandler(T, Before);
  if (T.ByKernel) // The handler has got it an OS thread of its own.
    makeMaskReal(T);
  signalMaskChanged(T, During);
  return Action.sa_flags & SA_RESTART ? Delivered::Restart
                                      : Delivered::Interrupt;
}

} // namespace

void resetDeliveryInChild() {
  AllInfos.reset();
  AllQueued.reset();
}

namespace {

/// The record of \p T; null if there is no memory.
SignalInfos *infosOf(ThreadBlock &T) {
  SignalInfos *Infos = T.Infos.load(std::memory_order_acquire);
  if (Infos)
    return Infos;
  SignalInfos *New = AllInfos.take();
  if (New && T.Infos.compare_exchange_strong(Infos, New))
    return New;
  if (New)
    AllInfos.give(New);
  return Infos;
}

/// Release: pairs with hasSignal's acquire; the information is there.
void setPending(ThreadBlock &T, int Signal) {
  T.PendingSignals.fetch_or(bitOf(Signal), std::memory_order_acq_rel);
}

/// \returns the first that is in \p Infos' queue; null where there was no
/// memory for it. Under the guard.
QueuedSignal *dequeue(SignalInfos &Infos, int Signal) {
  auto &Queue = Infos.Queue[Signal - 32];
  QueuedSignal *Taken = Queue.First;
  if (Taken)
    Queue.First = Taken->Next;
  return Taken;
}

} // namespace

namespace {

/// Signals that stop and the one that continues end each other's wait, however
/// they are handled. The kernel does so for all threads, this for \p T.
void discardOpposite(ThreadBlock &T, int Signal) {
  constexpr uint64_t Stops =
      bitOf(SIGSTOP) | bitOf(SIGTSTP) | bitOf(SIGTTIN) | bitOf(SIGTTOU);
  if (Signal == SIGCONT)
    T.PendingSignals.fetch_and(~Stops);
  else if (bitOf(Signal) & Stops)
    T.PendingSignals.fetch_and(~bitOf(SIGCONT));
}

} // namespace

void addPending(ThreadBlock &T, int Signal, const siginfo_t &Info) {
  SignalInfos *Infos = infosOf(T);
  if (!Infos)
    return setPending(T, Signal); // The signal itself needs no memory.
  QueuedSignal *New = isQueued(Signal) ? AllQueued.take() : nullptr;
  std::lock_guard Held(Infos->Guard);
  if (New) { // Else it joins one that waits, as a standard signal does.
    auto &Queue = Infos->Queue[Signal - 32];
    *New = {Info, nullptr};
    (Queue.First ? Queue.Last->Next : Queue.First) = New;
    Queue.Last = New;
  } else if (!isQueued(Signal) && !(T.PendingSignals.load() & bitOf(Signal))) {
    Infos->Of[Signal] = Info;
  }
  setPending(T, Signal);
}

siginfo_t takePending(ThreadBlock &T, int Signal) {
  SignalInfos *Infos = T.Infos.load(std::memory_order_acquire);
  siginfo_t Info = infoFor(SI_USER);
  QueuedSignal *Taken = nullptr;
  if (Infos) {
    std::lock_guard Held(Infos->Guard);
    if (!isQueued(Signal))
      Info = Infos->Of[Signal];
    else if ((Taken = dequeue(*Infos, Signal)))
      Info = Taken->Info;
    if (!isQueued(Signal) || !Infos->Queue[Signal - 32].First)
      T.PendingSignals.fetch_and(~bitOf(Signal));
  } else {
    T.PendingSignals.fetch_and(~bitOf(Signal));
  }
  if (Taken)
    AllQueued.give(Taken);
  Info.si_signo = Signal;
  return Info;
}

void discardPending(ThreadBlock &T, int Signal) {
  SignalInfos *Infos = T.Infos.load(std::memory_order_acquire);
  if (!Infos) {
    T.PendingSignals.fetch_and(~bitOf(Signal));
    return;
  }
  std::lock_guard Held(Infos->Guard);
  while (QueuedSignal *Left =
             isQueued(Signal) ? dequeue(*Infos, Signal) : nullptr)
    AllQueued.give(Left);
  T.PendingSignals.fetch_and(~bitOf(Signal));
}

Delivered deliverSignals() {
  ThreadBlock *T = currentThread();
  Delivered Worst = Delivered::Nothing;
  // Another thread may discard what is pending.
  while (uint64_t Ready = T ? T->PendingSignals.load() & ~T->SignalMask : 0)
    Worst = std::max(Worst, deliverOne(*T, __builtin_ctzll(Ready) + 1));
  if (T)
    arrive();
  return Worst;
}

long interrupted(bool Restartable) {
  Delivered D = deliverSignals();
  bool GoesOn =
      D == Delivered::Nothing || (D == Delivered::Restart && Restartable);
  return GoesOn && !self().isCancelled() ? 0 : -EINTR;
}

namespace {

/// What needs no code of \p T's to run is done at once, though that may be
/// computing: ending or stopping the process, or nothing. \returns false if
/// there is a handler, or \p T blocks \p Signal.
bool takeWithout(ThreadBlock &T, int Signal) {
  if (T.SignalMask & bitOf(Signal))
    return false;
  struct sigaction Action = actionOf(Signal);
  if (isIgnored(Signal, Action))
    return true;
  if (Action.sa_handler != SIG_DFL)
    return false;
  takeDefaultAction(Signal);
  return true;
}

} // namespace

int sendSignal(ThreadBlock &T, int Signal, const siginfo_t &Info) {
  if (Signal < 0 || Signal > 64 || Signal == 32 || Signal == 33)
    return EINVAL; // Those two are libc's own.
  if (Signal == 0)
    return 0;
  if (bitOf(Signal) & Unblockable) {
    takeDefaultAction(Signal); // SIGKILL and SIGSTOP are for the process.
    return 0;
  }
  // Only the coroutine itself changes this. The handler runs at once, where the
  // kernel wants it, and not when a lock is free again.
  if (&T == currentThread() && T.ByKernel)
    return sendByKernel(T, *T.ByKernel, Signal, Info);
  {
    std::lock_guard Held(T.SignalGuard);
    if (T.ByKernel)
      return sendByKernel(T, *T.ByKernel, Signal, Info);
    discardOpposite(T, Signal);
    if (&T != currentThread() && takeWithout(T, Signal))
      return 0;
    addPending(T, Signal, Info);
  }
  unpark(T);
  return 0;
}

void releaseSignals(ThreadBlock &T) {
  SignalInfos *Infos = T.Infos.exchange(nullptr);
  if (!Infos)
    return;
  for (int Signal = 32; Signal <= 64; ++Signal) {
    std::lock_guard Held(Infos->Guard);
    while (QueuedSignal *Left = dequeue(*Infos, Signal))
      AllQueued.give(Left);
  }
  AllInfos.give(Infos);
}

long sendToThread(pid_t Id, int Signal, const siginfo_t &Info) {
  int Error = ESRCH;
  visitThread(Id, [&](ThreadBlock &T) { Error = sendSignal(T, Signal, Info); });
  deliverSignals();
  return -Error;
}

bool consumeSignal(int Signal) {
  if (!currentThread())
    return false;
  sigset_t Set;
  sigemptyset(&Set);
  sigaddset(&Set, Signal);
  timespec Now{};
  int Saved = getErrno();
  bool WasSent = sigtimedwait(&Set, nullptr, &Now) == Signal;
  setErrno(Saved);
  return WasSent;
}

void sendToSelf(int Signal) {
  int Saved = getErrno();
  sendSignal(*currentThread(), Signal, infoFor(SI_USER));
  deliverSignals();
  setErrno(Saved);
}

void takeSigpipe(bool Deliver) {
  if (consumeSignal(SIGPIPE) && Deliver)
    sendToSelf(SIGPIPE);
}

void takeSigxfsz() {
  if (consumeSignal(SIGXFSZ))
    sendToSelf(SIGXFSZ);
}

} // namespace oc

using namespace oc;

OC_WRAPPER int __oc_pthread_kill(pthread_t Handle, int Signal) noexcept {
  return forThread(
      Handle,
      [&](ThreadBlock &T) {
        if (hasEnded(T)) // Whatever the signal.
          return 0;
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
        if (hasEnded(T))
          return ESRCH;
        int Error = sendSignal(T, Signal, infoFor(SI_QUEUE, Value));
        if (&T == currentThread())
          deliverSignals();
        return Error;
      },
      [&] { return pthread_sigqueue(Handle, Signal, Value); });
}

/// To the OS thread on which the caller runs: to the caller.
OC_WRAPPER int __oc_tgkill(pid_t Process, pid_t Thread, int Signal) {
  if (currentThread() && Process == sys::processId() &&
      Thread == sys::threadId())
    return __oc_raise(Signal);
  if (Process == sys::processId() && isThreadIdOfOurs(Thread))
    return static_cast<int>(
        toErrno(sendToThread(Thread, Signal, infoFor(SI_TKILL))));
  return tgkill(Process, Thread, Signal);
}

OC_WRAPPER int __oc_raise(int Signal) noexcept {
  ThreadBlock *T = currentThread();
  if (!T)
    return raise(Signal);
  int Error = sendSignal(*T, Signal, infoFor(SI_TKILL));
  deliverSignals();
  return static_cast<int>(toErrno(-Error));
}
OC_WRAPPER int __oc_gsignal(int Signal) noexcept { return __oc_raise(Signal); }
