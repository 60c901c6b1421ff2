// os_threads.cpp - starts OS threads, keeps the idle ones, and remembers native
// ones that call us.
#include "sched/os_threads.h"
#include "coro/sanitizer.h"
#include "sched/scheduler.h"
#include "sys/arena.h"
#include "sys/errno.h"
#include "sys/message.h"
#include "sys/only_runtime.h"
#include "sys/options.h"

#include <cerrno>
#include <climits>
#include <mutex>
#include <pthread.h>
#include <signal.h>
#include <utility>

namespace oc {

void (*FirstThreadEnded)();
OsThread *AllForeign;

namespace {

Lock IdleGuard;
OsThread *IdleThreads;
// Records of threads that ended: native ones, and ours.
OsThread *FreeForeign;
OsThread *FreeRetired;
std::atomic<long> NumStarted{0};

constexpr uint64_t bitOf(int Signal) { return uint64_t{1} << (Signal - 1); }

constexpr size_t SchedulerStack = 256 * 1024;
constexpr size_t SignalStackSize = 64 * 1024;

void give(OsThread *&List, OsThread &T) {
  std::lock_guard Held(IdleGuard);
  T.NextIdle = List;
  List = &T;
}

OsThread *take(OsThread *&List) {
  std::lock_guard Held(IdleGuard);
  OsThread *T = List;
  if (T)
    List = T->NextIdle;
  return T;
}

/// Where SIGSEGV is handled when a coroutine has run out of stack. \returns
/// what \p T had before.
stack_t giveSignalStack(OsThread &T) {
  stack_t Old{};
  Old.ss_flags = SS_DISABLE;
  if (!T.SignalStack)
    T.SignalStack = arena::allocate(SignalStackSize, 16);
  stack_t S{};
  S.ss_sp = T.SignalStack;
  S.ss_size = SignalStackSize;
  if (S.ss_sp)
    sys::signalStack(&S, &Old);
  return Old;
}

void *threadMain(void *Record) {
  auto &T = *static_cast<OsThread *>(Record);
  attachThread(T);
  // libc's cancellation is for calls that a coroutine opens to it.
  pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, nullptr);
  stack_t Old = giveSignalStack(T);
  driveWorkers(T);
  // It retires. What ends with it must not be ours any more, and the record
  // and its signal stack are the next one's.
  sys::signalStack(&Old, nullptr);
  T.Drives = nullptr;
  T.Retires = false;
  std::atomic_ref<int>(T.Tid).store(0);
  bool IsAwaited = std::exchange(T.IsAwaited, false);
  give(FreeRetired, T);
  if (!IsAwaited)
    pthread_detach(pthread_self());
  return nullptr;
}

} // namespace

extern const uint64_t WorkerMask =
    ~(bitOf(SIGSEGV) | bitOf(SIGBUS) | bitOf(SIGFPE) | bitOf(SIGILL) |
      bitOf(SIGTRAP) | bitOf(SIGSYS) | bitOf(SIGABRT) | bitOf(32) | bitOf(33));

namespace {

/// Copies what \p From says about CPUs and policy, where it says anything.
void copyScheduling(pthread_attr_t &To, const pthread_attr_t &From) {
  int Inherit = PTHREAD_INHERIT_SCHED, Policy = 0;
  sched_param Param{};
  pthread_attr_getinheritsched(&From, &Inherit);
  pthread_attr_getschedpolicy(&From, &Policy);
  pthread_attr_getschedparam(&From, &Param);
  pthread_attr_setinheritsched(&To, Inherit);
  // The policy last: the program may have a priority there that its policy
  // does not allow. Then the thread is what cannot be made.
  if (Param.sched_priority)
    pthread_attr_setschedpolicy(&To, SCHED_FIFO);
  pthread_attr_setschedparam(&To, &Param);
  pthread_attr_setschedpolicy(&To, Policy);
  cpu_set_t Cpus;
  if (hasAffinity(From, Cpus))
    pthread_attr_setaffinity_np(&To, sizeof Cpus, &Cpus);
}

} // namespace

bool hasAffinity(const pthread_attr_t &Attr, cpu_set_t &Cpus) {
  // libc gives a full set if there is none.
  return pthread_attr_getaffinity_np(&Attr, sizeof Cpus, &Cpus) == 0 &&
         CPU_COUNT(&Cpus) < CPU_SETSIZE;
}

int startNativeThread(void *(*Start)(void *), void *Arg,
                      const pthread_attr_t *Like) {
  pthread_attr_t Attr;
  pthread_attr_init(&Attr);
  if (Like)
    copyScheduling(Attr, *Like);
  pthread_attr_setstacksize(&Attr, SchedulerStack);
  uint64_t Old;
  sys::signalMask(SIG_SETMASK, &WorkerMask, &Old); // It inherits that.
  pthread_t Thread;
  int Error = pthread_create(&Thread, &Attr, Start, Arg);
  sys::signalMask(SIG_SETMASK, &Old, nullptr);
  pthread_attr_destroy(&Attr);
  return Error;
}

namespace {

/// A record for an OS thread that may be started.
OsThread *reserveThread() {
  if (NumStarted.fetch_add(1) >= Option.MaxThreads) {
    NumStarted.fetch_sub(1);
    static std::atomic<bool> Said;
    if (!Said.exchange(true))
      say("%ld OS threads are blocked in calls that open-co cannot suspend; "
          "raise OPEN_CO_MAX_THREADS if the program needs more",
          Option.MaxThreads);
    return nullptr;
  }
  OsThread *T = take(FreeRetired);
  if (!T)
    T = arena::create<OsThread>();
  if (!T)
    NumStarted.fetch_sub(1);
  return T;
}

/// It could not be started.
void unreserveThread(OsThread &T) {
  T.First.store(nullptr);
  T.Retires = false;
  give(FreeRetired, T);
  NumStarted.fetch_sub(1);
}

} // namespace

OsThread *idleOrNewThread() {
  if (OsThread *T = take(IdleThreads))
    return T;
  OsThread *T = reserveThread();
  if (T && startNativeThread(threadMain, T) != 0) {
    unreserveThread(*T);
    return nullptr;
  }
  return T;
}

int startOnOwnThread(Coroutine &C, const pthread_attr_t *Attr) {
  OsThread *T = reserveThread();
  if (!T)
    return EAGAIN;
  T->First.store(&C);
  T->Retires = true;
  C.Own.store(T);
  C.Bound.store(T);
  int Error = startNativeThread(threadMain, T, Attr);
  if (Error)
    unreserveThread(*T);
  return Error;
}

namespace {

/// Stands for no coroutine.
Coroutine Nobody;

void dismiss(OsThread &T) { moveTo(T, Nobody); }

/// What the OS thread of \p Id has, and not what its creator has.
void inheritFrom(int Id, int To) {
  cpu_set_t Cpus;
  sched_param Param;
  int Saved = getErrno();
  if (sched_getaffinity(Id, sizeof Cpus, &Cpus) == 0)
    sched_setaffinity(To, sizeof Cpus, &Cpus);
  if (sched_getparam(Id, &Param) == 0)
    sched_setscheduler(To, sched_getscheduler(Id), &Param);
  setErrno(Saved);
}

/// An OS thread that awaits a coroutine; null: there can be none.
OsThread *awaitingThread() {
  OsThread *T = reserveThread();
  if (!T)
    return nullptr;
  T->Retires = true;
  if (startNativeThread(threadMain, T) != 0) {
    unreserveThread(*T);
    return nullptr;
  }
  while (std::atomic_ref<int>(T->Tid).load() == 0)
    sys::futexWait(&T->Tid, 0);
  inheritFrom(sharedOsThread(), T->Tid);
  return T;
}

} // namespace

void moveTo(OsThread &T, Coroutine &C) {
  C.Bound.store(&T);
  T.First.store(&C, std::memory_order_release);
  sys::futexWake(&T.First, 1);
}

Coroutine *awaitFirst(OsThread &T) {
  sys::futexWake(&T.Tid, 1); // See awaitingThread.
  for (;;) {
    // Acquire: pairs with the release in moveTo().
    if (Coroutine *C = T.First.exchange(nullptr, std::memory_order_acquire))
      return C == &Nobody ? nullptr : C;
    // The low half of a control block's address is not zero: it does not begin
    // a page.
    sys::futexWait(&T.First, 0);
  }
}

OsThread *ownOsThread(const Coroutine &C) { return C.Own.load(); }

OsThread *giveOwnOsThread(Coroutine &C) {
  OsThread *Own = C.Own.load();
  OsThread *New = Own ? nullptr : awaitingThread();
  if (!New)
    return Own;
  if (C.Own.compare_exchange_strong(Own, New))
    return New;
  dismiss(*New);
  return Own;
}

void stayHere(Coroutine &C, bool Ended) {
  static OsThread Nowhere; // Its Tid is 0.
  OsThread *Here = thisThread();
  OsThread *Other = C.Own.exchange(Ended ? &Nowhere : Here);
  if (Other && Other != Here)
    dismiss(*Other);
}

void makeIdle(OsThread &T) { give(IdleThreads, T); }

Worker &awaitAssignment(OsThread &T) {
  for (;;) {
    // Acquire: pairs with the release in assign().
    if (Worker *W = T.Assigned.exchange(nullptr, std::memory_order_acquire))
      return *W;
    // The futex word is the low half of the pointer, which is never zero for
    // a worker: they lie in one array of a few pages.
    sys::futexWait(&T.Assigned, 0);
  }
}

void assign(OsThread &T, Worker &W) {
  T.Assigned.store(&W, std::memory_order_release);
  sys::futexWake(&T.Assigned, 1);
}

bool retire(OsThread &T) {
  detachThread(); // libc may call the program's own malloc from here on.
  if (T.Drives && !handOff(*T.Drives, Duty::scheduling(T))) {
    attachThread(T);
    return false;
  }
  NumStarted.fetch_sub(1);
  return true;
}

bool handOff(Worker &W, Duty::Word Expected) {
  OsThread *T = idleOrNewThread();
  if (!T)
    return false;
  if (!W.Driver.compare_exchange_strong(Expected, Duty::scheduling(*T))) {
    makeIdle(*T);
    return false;
  }
  assign(*T, W);
  return true;
}

namespace {

pthread_key_t ForeignKey = PTHREAD_KEYS_MAX; // None, before there is one.

/// In the last round of destructors ThreadSanitizer leaves the thread; a
/// runtime that is instrumented must be done by then.
constexpr int Rounds =
    PTHREAD_DESTRUCTOR_ITERATIONS - __has_feature(thread_sanitizer);

void foreignEnded(void *Record) {
  auto *T = static_cast<OsThread *>(Record);
  // Other keys' destructors may still use its thread_local variables.
  if (++T->EndRounds < Rounds && pthread_setspecific(ForeignKey, T) == 0)
    return;
  T->EndRounds = 0;
  if (T->Tid == sys::processId() && FirstThreadEnded)
    FirstThreadEnded();
  releaseCopies(*T->Current);
  detachThread();
  give(FreeForeign, *T);
}

[[gnu::constructor(102)]] void makeForeignKey() {
  checkOnlyRuntime();
  pthread_key_create(&ForeignKey, foreignEnded);
}

} // namespace

bool isRuntimesKey(pthread_key_t K) { return K == ForeignKey; }

OsThread *attachForeign() {
  OsThread *T = take(FreeForeign);
  if (!T) {
    T = arena::create<OsThread>();
    auto *C = arena::create<Coroutine>();
    if (!T || !C)
      return nullptr;
    T->Current = C;
    T->Foreign = true;
    C->Bound.store(T);
    std::lock_guard Held(IdleGuard);
    T->NextForeign = AllForeign;
    AllForeign = T;
  }
  T->Current->CancelRequested.store(false);
  attachThread(*T);
  pthread_setspecific(ForeignKey, T);
  return T;
}

Coroutine *findForeign(pthread_t Handle) {
  std::lock_guard Held(IdleGuard);
  for (OsThread *T = AllForeign; T; T = T->NextForeign)
    if (pthread_equal(T->Handle, Handle))
      return T->Current;
  return nullptr;
}

void resetOsThreadsInChild() {
  IdleGuard.reset();
  IdleThreads = nullptr;
  NumStarted.store(0);
}

} // namespace oc
