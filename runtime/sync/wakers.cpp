// wakers.cpp - functions of libc by which code that was not rebuilt wakes
// others, or releases what they wait for: the runtime stands in front of them
// (as in interposers.cpp) and wakes who waits as a coroutine, too. libc++'s are
// in libcxx_wakers.cpp.
#include "sched/wait_queue.h"
#include "sync/c11.h"
#include "sync/futex.h"
#include "sync/guarded.h"
#include "sync/interposed.h"
#include "sync/mutex.h"
#include "sync/semaphore.h"
#include "sys/errno.h"

#include <cerrno>

namespace oc {
namespace {

template <typename Callable> struct Wait {
  static void run(void *Pointer) {
    auto &W = *static_cast<Wait *>(Pointer);
    W.Result = W.Call();
  }
  /// Also where the thread is cancelled.
  static void end(void *Pointer) {
    auto &W = *static_cast<Wait *>(Pointer);
    sanitizer::Knows Call;
    takeMutexBack(W.M, W.Owner);
  }

  pthread_mutex_t &M;
  Callable Call;
  int Owner = 0;
  int Result = 0;
};

/// Calls \p Call, in which libc waits for a condition with \p M.
template <typename Callable> int waitWith(pthread_mutex_t &M, Callable Call) {
  Wait<Callable> W{M, Call};
  {
    sanitizer::Knows Call;
    W.Owner = lendMutex(M);
  }
  __oc_call_guarded(W.run, &W, W.end, &W);
  W.end(&W);
  return W.Result;
}

int unlock(pthread_mutex_t &M) {
  sanitizer::Knows Call;
  return unlockForPrebuilt(M);
}

} // namespace
} // namespace oc

using namespace oc;

OC_IN_FRONT int pthread_mutex_unlock(pthread_mutex_t *M) noexcept {
  return unlock(*M);
}

OC_IN_FRONT int pthread_cond_wait(pthread_cond_t *C, pthread_mutex_t *M) {
  return waitWith(*M, [&] { return native::pthread_cond_wait(C, M); });
}
OC_IN_FRONT int pthread_cond_timedwait(pthread_cond_t *C, pthread_mutex_t *M,
                                       const timespec *Time) {
  return waitWith(*M,
                  [&] { return native::pthread_cond_timedwait(C, M, Time); });
}
OC_IN_FRONT int pthread_cond_clockwait(pthread_cond_t *C, pthread_mutex_t *M,
                                       clockid_t Clock, const timespec *Time) {
  return waitWith(
      *M, [&] { return native::pthread_cond_clockwait(C, M, Clock, Time); });
}

OC_IN_FRONT int sem_post(sem_t *S) noexcept {
  sanitizer::Knows Call;
  return postSemaphore(*S);
}

OC_IN_FRONT int mtx_unlock(mtx_t *M) { return toC11(unlock(*mutexOf(M))); }

OC_IN_FRONT int cnd_wait(cnd_t *C, mtx_t *M) {
  return toC11(waitWith(*mutexOf(M), [&] {
    return native::pthread_cond_wait(condOf(C), mutexOf(M));
  }));
}
OC_IN_FRONT int cnd_timedwait(cnd_t *C, mtx_t *M, const timespec *Time) {
  return toC11(waitWith(*mutexOf(M), [&] {
    return native::pthread_cond_timedwait(condOf(C), mutexOf(M), Time);
  }));
}

extern "C" __attribute__((visibility("hidden"))) long
__oc_prebuilt_failed(long Result) {
  return toErrno(Result);
}

/// syscall(SYS_futex, ...), from syscall.S.
extern "C" __attribute__((visibility("hidden"))) long
__oc_prebuilt_futex(long Nr, long Word, long Op, long Value, long Timeout,
                    long Word2, long Value3) {
  const long Args[] = {Word, Op, Value, Timeout, Word2, Value3};
  if (runtimeServes() && isFutexWake(static_cast<int>(Op)))
    return toErrno(futexCall(Args));
  return toErrno(sys::call(Nr, Word, Op, Value, Timeout, Word2, Value3));
}
