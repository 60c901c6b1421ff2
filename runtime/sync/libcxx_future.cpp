// libcxx_future.cpp - the state that std::promise and std::future of libc++
// share, whose functions are inside its shared library (src/future.cpp). They
// are left to throw what is to be thrown.
#include "libc/wrapper.h"
#include "sched/scheduler.h"
#include "sync/cxx_locks.h"
#include "thread/at_exit.h"

#include <atomic>

namespace oc::libcxx {
namespace {

/// std::__assoc_sub_state, whose virtual functions are its destructors (two
/// entries), __on_zero_shared and __execute.
struct State {
  void (**VirtualFunctions)(State *);
  long MoreOwners;
  void *Exception; // std::exception_ptr
  pthread_mutex_t Guard;
  pthread_cond_t Changed;
  unsigned Flags;

  enum : unsigned { Constructed = 1, Ready = 4, Deferred = 8 };

  void runDeferred() { VirtualFunctions[3](this); }
  bool hasValue() const { return Flags & Constructed || Exception; }
  void addOwner() {
    std::atomic_ref<long>(MoreOwners).fetch_add(1, std::memory_order_relaxed);
  }
};

} // namespace
} // namespace oc::libcxx

using namespace oc;
using oc::libcxx::State;

// libc++'s own; absent in other programs.
extern "C" {
#pragma weak _ZSt17rethrow_exceptionSt13exception_ptr
[[noreturn]] void _ZSt17rethrow_exceptionSt13exception_ptr(void *const *);
#pragma weak _ZNSt13exception_ptraSERKS_
void _ZNSt13exception_ptraSERKS_(void **, void *const *);
#pragma weak _ZNSt3__114__shared_count16__release_sharedEv
void _ZNSt3__114__shared_count16__release_sharedEv(State *);
#pragma weak _ZNSt3__117__assoc_sub_state13set_exceptionESt13exception_ptr
void _ZNSt3__117__assoc_sub_state13set_exceptionESt13exception_ptr(
    State *, void *const *);
#pragma weak _ZNSt3__117__assoc_sub_state9set_valueEv
void _ZNSt3__117__assoc_sub_state9set_valueEv(State *);
#pragma weak _ZNSt3__17promiseIvE13set_exceptionESt13exception_ptr
void _ZNSt3__17promiseIvE13set_exceptionESt13exception_ptr(State **,
                                                           void *const *);
#pragma weak _ZNSt3__17promiseIvE9set_valueEv
void _ZNSt3__17promiseIvE9set_valueEv(State **);
#pragma weak _ZNSt3__17promiseIvED1Ev
void _ZNSt3__17promiseIvED1Ev(State **);
}

namespace oc::libcxx {
namespace {

void release(void *S) {
  _ZNSt3__114__shared_count16__release_sharedEv(static_cast<State *>(S));
}

/// \returns false, and changes nothing, if there is a value already.
bool setValue(State &S, unsigned Flags) {
  bool Done = false;
  locked(S.Guard, [&] {
    if (S.hasValue())
      return;
    S.Flags |= State::Constructed | Flags;
    if (Flags & State::Ready)
      __oc_pthread_cond_broadcast(&S.Changed);
    Done = true;
  });
  return Done;
}

bool setException(State &S, void *const *Exception, unsigned Flags) {
  bool Done = false;
  locked(S.Guard, [&] {
    if (S.hasValue())
      return;
    _ZNSt13exception_ptraSERKS_(&S.Exception, Exception);
    S.Flags |= Flags;
    if (Flags & State::Ready)
      __oc_pthread_cond_broadcast(&S.Changed);
    Done = true;
  });
  return Done;
}

void makeReady(State &S) {
  locked(S.Guard, [&] {
    S.Flags |= State::Ready;
    __oc_pthread_cond_broadcast(&S.Changed);
  });
}

void makeReadyAtThreadExit(State &S) {
  S.addOwner();
  atThreadExit(
      [](void *Pointer, void *) {
        makeReady(*static_cast<State *>(Pointer));
        release(Pointer);
      },
      &S, nullptr);
}

/// Waits until \p S is ready or has a deferred function, which is then the
/// caller's to run without the mutex. The caller holds that. \returns whether.
bool takeDeferred(State &S) {
  while (!(S.Flags & (State::Ready | State::Deferred)))
    __oc_pthread_cond_wait(&S.Changed, &S.Guard);
  bool IsDeferred = !(S.Flags & State::Ready);
  S.Flags &= ~State::Deferred;
  return IsDeferred;
}

void await(State &S) {
  bool IsDeferred = false;
  locked(S.Guard, [&] { IsDeferred = takeDeferred(S); });
  if (IsDeferred)
    S.runDeferred();
}

void copy(State &S) {
  await(S);
  if (S.Exception)
    _ZSt17rethrow_exceptionSt13exception_ptr(&S.Exception);
}

} // namespace
} // namespace oc::libcxx

using namespace oc::libcxx;

//===- std::__assoc_sub_state ---------------------------------------------===//

OC_WRAPPER void __oc__ZNSt3__117__assoc_sub_state9set_valueEv(State *S) {
  if (!setValue(*S, State::Ready))
    _ZNSt3__117__assoc_sub_state9set_valueEv(S); // Throws.
}

OC_WRAPPER void
__oc__ZNSt3__117__assoc_sub_state24set_value_at_thread_exitEv(State *S) {
  if (!setValue(*S, 0))
    _ZNSt3__117__assoc_sub_state9set_valueEv(S); // Throws.
  makeReadyAtThreadExit(*S);
}

OC_WRAPPER void
__oc__ZNSt3__117__assoc_sub_state13set_exceptionESt13exception_ptr(
    State *S, void *const *Exception) {
  if (!setException(*S, Exception, State::Ready)) // Throws.
    _ZNSt3__117__assoc_sub_state13set_exceptionESt13exception_ptr(S, Exception);
}

OC_WRAPPER void
__oc__ZNSt3__117__assoc_sub_state28set_exception_at_thread_exitESt13exception_ptr(
    State *S, void *const *Exception) {
  if (!setException(*S, Exception, 0)) // Throws.
    _ZNSt3__117__assoc_sub_state13set_exceptionESt13exception_ptr(S, Exception);
  makeReadyAtThreadExit(*S);
}

OC_WRAPPER void __oc__ZNSt3__117__assoc_sub_state12__make_readyEv(State *S) {
  makeReady(*S);
}

OC_WRAPPER void __oc__ZNSt3__117__assoc_sub_state4waitEv(State *S) {
  await(*S);
}

OC_WRAPPER void __oc__ZNSt3__117__assoc_sub_state4copyEv(State *S) { copy(*S); }

OC_WRAPPER void
__oc__ZNSt3__117__assoc_sub_state10__sub_waitERNS_11unique_lockINS_5mutexEEE(
    State *S, UniqueLock *L) {
  if (!takeDeferred(*S))
    return;
  __oc_pthread_mutex_unlock(L->Mutex);
  L->Owns = false;
  S->runDeferred();
}

/// The headers call it for set_value_at_thread_exit. We keep what it would.
OC_WRAPPER void
__oc__ZNSt3__115__thread_struct27__make_ready_at_thread_exitEPNS_17__assoc_sub_stateE(
    void *, State *S) {
  makeReadyAtThreadExit(*S);
}

//===- std::promise<void>, std::future<void>: their only member is the state =//

OC_WRAPPER void __oc__ZNSt3__17promiseIvE9set_valueEv(State **P) {
  if (!*P || !setValue(**P, State::Ready))
    _ZNSt3__17promiseIvE9set_valueEv(P); // Throws.
}

OC_WRAPPER void
__oc__ZNSt3__17promiseIvE24set_value_at_thread_exitEv(State **P) {
  if (!*P || !setValue(**P, 0))
    _ZNSt3__17promiseIvE9set_valueEv(P); // Throws.
  makeReadyAtThreadExit(**P);
}

OC_WRAPPER void __oc__ZNSt3__17promiseIvE13set_exceptionESt13exception_ptr(
    State **P, void *const *Exception) {
  if (!*P || !setException(**P, Exception, State::Ready)) // Throws.
    _ZNSt3__17promiseIvE13set_exceptionESt13exception_ptr(P, Exception);
}

OC_WRAPPER void
__oc__ZNSt3__17promiseIvE28set_exception_at_thread_exitESt13exception_ptr(
    State **P, void *const *Exception) {
  if (!*P || !setException(**P, Exception, 0)) // Throws.
    _ZNSt3__17promiseIvE13set_exceptionESt13exception_ptr(P, Exception);
  makeReadyAtThreadExit(**P);
}

/// A promise that is broken becomes ready, with an exception.
OC_WRAPPER void __oc__ZNSt3__17promiseIvED1Ev(State **P) noexcept {
  State *S = *P;
  if (!S)
    return;
  S->addOwner();
  opaque([&] {
    _ZNSt3__17promiseIvED1Ev(P);
    return 0;
  });
  __oc_pthread_cond_broadcast(&S->Changed);
  release(S);
}
OC_WRAPPER void __oc__ZNSt3__17promiseIvED2Ev(State **P) noexcept {
  __oc__ZNSt3__17promiseIvED1Ev(P);
}

OC_WRAPPER void __oc__ZNSt3__16futureIvE3getEv(State **F) {
  State *S = *F;
  *F = nullptr;
  __oc_call_guarded([](void *S) { copy(*static_cast<State *>(S)); }, S, release,
                    S);
  release(S);
}
