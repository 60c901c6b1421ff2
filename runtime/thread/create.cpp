// create.cpp - pthread_create: where a thread's memory comes from, and how it
// begins and ends.
//
//   Memory.Low                                                Memory.top()
//   | guard |   ... stack grows down ...   | locals | ThreadBlock |
#include "coro/sanitizer.h"
#include "libc/wrapper.h"
#include "process/fork.h"
#include "sched/scheduler.h"
#include "sched/wait_queue.h"
#include "signal/signals.h"
#include "sys/at_fork.h"
#include "sys/options.h"
#include "sys/sanitizer.h"
#include "thread/debugger.h"
#include "thread/exit.h"
#include "thread/thread_block.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>
#include <sys/prctl.h>
#include <unistd.h>

namespace oc {

OC_FORK_DATA Lock LiveGuard;
ThreadBlock *LiveThreads;
std::atomic<bool> NativeRenamed{false};

namespace {

std::atomic<int> NumCreated{0};

// Which a static program would be without.
[[gnu::used]] const bool *const NeedsForkHandlers = &HandlesForks;
[[gnu::used]] const DebuggerFact *const NeedsDebuggerFacts = __oc_debugger;
// Of each file that stands in front of libc one name: what archives that come
// later call would be libc's.
[[gnu::used]] const decltype(&pthread_mutex_unlock) NeedsWakers =
    pthread_mutex_unlock;
[[gnu::used]] const decltype(&pthread_once) NeedsInterposers = pthread_once;
[[gnu::used]] const decltype(&syscall) NeedsSyscall = syscall;

/// What pthread_attr_t says, or the defaults.
struct Attributes {
  size_t StackSize = 0;
  size_t GuardSize = 0;
  char *UserStackTop = nullptr;
  bool Detached = false;
  bool HasMask = false;
  bool ExplicitScheduling = false;
  /// Whether it asks for CPUs or a policy, which only an OS thread has.
  bool WantsScheduling = false;
  sigset_t Mask{};
};

Attributes readAttributes(const pthread_attr_t &Attr,
                          const pthread_attr_t &Defaults) {
  Attributes A;
  int Detach = PTHREAD_CREATE_JOINABLE;
  pthread_attr_getdetachstate(&Attr, &Detach);
  A.Detached = Detach == PTHREAD_CREATE_DETACHED;
  pthread_attr_getstacksize(&Attr, &A.StackSize);
  pthread_attr_getguardsize(&Attr, &A.GuardSize);
  if (A.GuardSize <= SIZE_MAX - PageSize) // Told so, as libc does.
    A.GuardSize = (A.GuardSize + PageSize - 1) & ~(PageSize - 1);
  A.HasMask = pthread_attr_getsigmask_np(&Attr, &A.Mask) == 0;
  int Inherit = PTHREAD_INHERIT_SCHED, Policy = SCHED_OTHER;
  sched_param Param{};
  cpu_set_t Cpus;
  pthread_attr_getinheritsched(&Attr, &Inherit);
  pthread_attr_getschedpolicy(&Attr, &Policy);
  pthread_attr_getschedparam(&Attr, &Param);
  A.ExplicitScheduling = Inherit == PTHREAD_EXPLICIT_SCHED;
  // A priority that does not go with the policy is the kernel's to refuse.
  A.WantsScheduling = hasAffinity(Attr, Cpus) ||
                      (A.ExplicitScheduling &&
                       (Policy != SCHED_OTHER || Param.sched_priority != 0));
  // Without a stack of the user's the top, low end + size, is null.
  void *Low = nullptr;
  size_t Size = 0;
  pthread_attr_getstack(&Attr, &Low, &Size);
  A.UserStackTop = static_cast<char *>(Low) + Size;
  if (A.UserStackTop)
    A.GuardSize = 0;
  else
    A.StackSize &= ~size_t{63}; // Which libc tells, too.
  size_t Default = 0;
  pthread_attr_getstacksize(&Defaults, &Default);
  if (A.StackSize == Default && Option.StackSize && !A.UserStackTop)
    A.StackSize = static_cast<size_t>(Option.StackSize);
  return A;
}

void addLive(ThreadBlock &T) {
  std::lock_guard Held(LiveGuard);
  T.NextLive = LiveThreads;
  if (LiveThreads)
    LiveThreads->PreviousLive = &T;
  LiveThreads = &T;
}

[[noreturn]] void runThread(Coroutine &C) {
  auto &T = static_cast<ThreadBlock &>(C);
  uselocale(LC_GLOBAL_LOCALE); // Code that was not rebuilt may have changed it.
  if (T.Bound.load())
    signalsByKernel();
  deliverSignals(); // Sent before it ran.
  sanitizer::calling(1);
  finishThread(T.Start(T.Argument));
}

/// On the scheduler's stack, after the thread has left its own.
void threadEnded(Coroutine &C) {
  auto &T = static_cast<ThreadBlock &>(C);
  releaseCopies(T);
  stayHere(T, true);
  WaitQueue &Q = queueFor(&T);
  bool Release;
  {
    std::lock_guard Held(Q.Guard);
    T.HasEnded = true;
    Phase Was = T.Life.load();
    Release = Was == Phase::Detached;
    if (!Release)
      T.Life.store(Phase::Ended);
    Q.wake(&T, Everyone);
  }
  if (Release)
    releaseThread(T);
}

/// Sets the bounds of the stack of \p T below \p Top: as libc tells them, they
/// begin with a page and are as large as asked for. They may end behind \p T,
/// as libc's do behind its own record: frames begin in the page of \p T.
void setBounds(ThreadBlock &T, char *Top) {
  char *Low = Top - T.StackSize;
  T.StackLow = Low + (-reinterpret_cast<uintptr_t>(Low) & (PageSize - 1));
  if (T.StackLow + T.StackSize > T.Memory.Low + T.Memory.Size)
    T.StackLow -= PageSize;
  T.StackTop = std::min(Top, T.StackLow + T.StackSize);
}

/// Lays a new thread out in \p Memory. \returns it.
ThreadBlock &layOut(Stack Memory, const Attributes &A) {
  sanitizer::renewed(Memory.Low + Memory.Guard, Memory.Size - Memory.Guard);
  char *Top = Memory.top() - sizeof(ThreadBlock);
  Top -= reinterpret_cast<uintptr_t>(Top) & 63;
  // The memory of an ended thread's block keeps its last state until here:
  // late wake-ups may still touch it, and only find it not parked.
  auto *T = new (Top) ThreadBlock;
  Top = reserveCopy(*T, Top);
  Top -= reinterpret_cast<uintptr_t>(Top) & 15;
  T->Memory = Memory;
  T->StackSize = A.StackSize;
  T->GuardSize = A.GuardSize;
  T->ExplicitScheduling = A.ExplicitScheduling;
  if (A.UserStackTop) {
    T->StackTop = A.UserStackTop;
    T->StackLow = A.UserStackTop - A.StackSize;
  } else {
    setBounds(*T, Top);
  }
  T->Life.store(A.Detached ? Phase::Detached : Phase::Joinable,
                std::memory_order_relaxed);
  char *Bottom = A.UserStackTop ? T->StackLow : Memory.Low + Memory.Guard;
  T->Entry = runThread;
  T->Ended = threadEnded;
  prepareCoroutine(
      *T, T->StackTop - (reinterpret_cast<uintptr_t>(T->StackTop) & 15),
      Bottom);
  return *T;
}

} // namespace

void releaseThread(ThreadBlock &T) {
  if (T.EndsWith)
    pthread_detach(T.EndsWith);
  T.Magic = ThreadBlock::Gone;
  destroyFiber(T);
  releaseSignals(T);
  releaseStack(T.Memory);
}

namespace {

/// createThread() once threads can run. \p Attr may be \p Defaults.
int createThread(pthread_t *Out, const pthread_attr_t &Attr,
                 const pthread_attr_t &Defaults, void *(*Start)(void *),
                 void *Argument) {
  Attributes A = readAttributes(Attr, Defaults);
  size_t Sum;
  if (!A.UserStackTop && __builtin_add_overflow(A.StackSize, A.GuardSize, &Sum))
    return EINVAL;
  Stack Memory = A.UserStackTop ? allocateStack(0)
                                : allocateStack(A.StackSize, A.GuardSize);
  if (!Memory)
    return EAGAIN;
  ThreadBlock &T = layOut(Memory, A);
  T.Number = NumCreated.fetch_add(1) + 1;
  T.Start = Start;
  T.Argument = Argument;
  inheritSignalMask(T, A.HasMask ? &A.Mask : nullptr);
  if (ThreadBlock *Creator = currentThread())
    memcpy(T.Name, Creator->Name, sizeof T.Name);
  else if (NativeRenamed.load(std::memory_order_relaxed))
    sys::call(SYS_prctl, PR_GET_NAME, sys::word(T.Name));
  addLive(T);
  countThread(+1);
  sanitizer::give(*Out, T.handle()); // Before it runs: it may look.
  if (ownOsThread(self()))           // What is inherited is there.
    becomeExclusive();
  if (!A.WantsScheduling && !self().PassesState) {
    makeRunnable(T);
    return 0;
  }
  int Error = startOnOwnThread(T, &Attr);
  if (Error) {
    removeLive(T);
    countThread(-1);
    releaseThread(T);
  }
  return Error;
}

} // namespace

int createThread(pthread_t *Out, const pthread_attr_t *Attr,
                 void *(*Start)(void *), void *Argument) {
  if (int R = startScheduler(); R < 0)
    return R == -EINVAL ? EINVAL : EAGAIN;
  adoptSignals();
  pthread_attr_t Defaults;
  if (pthread_getattr_default_np(&Defaults) != 0)
    return EAGAIN;
  int Error =
      createThread(Out, Attr ? *Attr : Defaults, Defaults, Start, Argument);
  pthread_attr_destroy(&Defaults);
  return Error;
}

void removeLive(ThreadBlock &T) {
  std::lock_guard Held(LiveGuard);
  (T.PreviousLive ? T.PreviousLive->NextLive : LiveThreads) = T.NextLive;
  if (T.NextLive)
    T.NextLive->PreviousLive = T.PreviousLive;
}

void resetLiveThreadsInChild() {
  LiveThreads = currentThread();
  if (!LiveThreads)
    return;
  LiveThreads->PreviousLive = LiveThreads->NextLive = nullptr;
  LiveThreads->Id.store(0); // It is the child's main thread.
  LiveThreads->CancelSenders.store(0);
  // Whoever was about to join it is not here.
  Phase Was = Phase::Joining;
  LiveThreads->Life.compare_exchange_strong(Was, Phase::Joinable);
}

} // namespace oc

OC_WRAPPER int __oc_pthread_create(pthread_t *Thread,
                                   const pthread_attr_t *Attr,
                                   void *(*Start)(void *),
                                   void *Argument) noexcept {
  return oc::createThread(Thread, Attr, Start, Argument);
}
