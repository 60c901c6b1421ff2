// std_thread.cpp - std::thread (libstdc++) and C11's thrd_ functions. Both say
// by other means what pthread_create and its kin do.
#include "libc/wrapper.h"
#include "sched/scheduler.h"
#include "sync/guarded.h"
#include "sys/errno.h"
#include "sys/message.h"
#include "sys/pool.h"
#include "sys/sanitizer.h"
#include "thread/thread_block.h"

// libstdc++'s; absent in C programs. These come here only from a library that
// they have loaded.
extern "C" [[noreturn]] void _ZSt20__throw_system_errori(int)
    __attribute__((weak));

namespace oc {
namespace {

/// std::thread: its only member is the handle; 0 when not joinable.
struct StdThread {
  pthread_t Handle;
};

/// std::thread::_State, an abstract class: ~_State (twice) and _M_run().
struct StdState {
  void (**Table)(StdState *);
  enum : unsigned { Delete = 1, Run = 2 };
  void call(unsigned Slot) { Table[Slot](this); }
};

template <unsigned Slot> void callState(void *State) {
  sanitizer::calling(1);
  static_cast<StdState *>(State)->call(Slot);
}

/// pthread_exit and cancellation, too, destroy what the thread was given.
void *runState(void *State) {
  __oc_call_guarded(callState<StdState::Run>, State,
                    callState<StdState::Delete>, State);
  callState<StdState::Delete>(State);
  return nullptr;
}

void throwIf(int Error) {
  if (Error && !_ZSt20__throw_system_errori)
    fail("std::thread failed, and nobody here can throw std::system_error");
  if (Error)
    _ZSt20__throw_system_errori(Error);
}

/// What thrd_create's function is and returns.
struct C11Start {
  thrd_start_t Function;
  void *Argument;
};

Pool<C11Start> C11Starts;

void *runC11(void *Packed) {
  C11Start S = *static_cast<C11Start *>(Packed);
  C11Starts.give(static_cast<C11Start *>(Packed));
  sanitizer::calling(1);
  return reinterpret_cast<void *>(
      static_cast<intptr_t>(S.Function(S.Argument)));
}

} // namespace

void resetStdThreadsInChild() { C11Starts.reset(); }

} // namespace oc

using namespace oc;

/// \p State is a std::unique_ptr<_State>, which is passed by reference.
OC_WRAPPER void
__oc__ZNSt6thread15_M_start_threadESt10unique_ptrINS_6_StateESt14default_deleteIS1_EEPFvvE(
    StdThread *Thread, StdState **State, void (*)()) {
  throwIf(createThread(&Thread->Handle, nullptr, runState, *State));
  *State = nullptr; // The new thread deletes it.
}

OC_WRAPPER void __oc__ZNSt6thread4joinEv(StdThread *Thread) {
  throwIf(Thread->Handle ? __oc_pthread_join(Thread->Handle, nullptr) : EINVAL);
  Thread->Handle = 0;
}

OC_WRAPPER void __oc__ZNSt6thread6detachEv(StdThread *Thread) {
  throwIf(Thread->Handle ? __oc_pthread_detach(Thread->Handle) : EINVAL);
  Thread->Handle = 0;
}

/// std::this_thread::__sleep_for(seconds, nanoseconds).
OC_WRAPPER void
__oc__ZNSt11this_thread11__sleep_forENSt6chrono8durationIlSt5ratioILl1ELl1EEEENS1_IlS2_ILl1ELl1000000000EEEE(
    int64_t Seconds, int64_t Nanoseconds) {
  timespec Left{Seconds, Nanoseconds};
  while (__oc_nanosleep(&Left, &Left) == -1 && getErrno() == EINTR)
    ;
}

OC_WRAPPER int __oc_thrd_create(thrd_t *Thread, thrd_start_t Function,
                                void *Argument) {
  C11Start *Packed = C11Starts.take();
  if (!Packed)
    return thrd_nomem;
  *Packed = {Function, Argument};
  int Error = createThread(Thread, nullptr, runC11, Packed);
  if (Error)
    C11Starts.give(Packed);
  return Error == ENOMEM ? thrd_nomem : Error ? thrd_error : thrd_success;
}

OC_WRAPPER thrd_t __oc_thrd_current() { return __oc_pthread_self(); }

OC_WRAPPER int __oc_thrd_detach(thrd_t Thread) {
  return __oc_pthread_detach(Thread) ? thrd_error : thrd_success;
}

OC_WRAPPER void __oc_thrd_exit(int Result) {
  __oc_pthread_exit(reinterpret_cast<void *>(static_cast<intptr_t>(Result)));
}

OC_WRAPPER int __oc_thrd_join(thrd_t Thread, int *Result) {
  void *Value = nullptr;
  if (__oc_pthread_join(Thread, &Value))
    return thrd_error;
  if (Result)
    sanitizer::give(*Result,
                    static_cast<int>(reinterpret_cast<intptr_t>(Value)));
  return thrd_success;
}

/// \returns 0; -1 if a signal came first; another negative number on an error.
OC_WRAPPER int __oc_thrd_sleep(const timespec *Time, timespec *Left) {
  int Error = __oc_clock_nanosleep(CLOCK_REALTIME, 0, Time, Left);
  return Error == 0 ? 0 : Error == EINTR ? -1 : -2;
}

OC_WRAPPER void __oc_thrd_yield() { __oc_sched_yield(); }
