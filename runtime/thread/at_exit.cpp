// at_exit.cpp - what libstdc++ does at the end of a thread, after its
// thread_local destructors. Its own bookkeeping is by OS thread.
#include "libc/wrapper.h"
#include "sched/scheduler.h"
#include "sys/message.h"
#include "sys/pool.h"
#include "thread/thread_block.h"

// libstdc++'s; absent in C programs, which do not come here.
extern "C" void
_ZNSt13__future_base13_State_baseV211_Make_ready6_M_setEv(void *)
    __attribute__((weak));

namespace oc {
namespace {

/// One call of std::notify_all_at_thread_exit.
struct Notice {
  pthread_cond_t *Condition;
  pthread_mutex_t *Mutex; // Held until then.
  Notice *Next;
};

Pool<Notice> Notices;

/// The destructor of the key under which each thread keeps its list.
void notifyAll(void *List) {
  for (auto *N = static_cast<Notice *>(List); N;) {
    Notice Now = *N;
    Notices.give(N);
    __oc_pthread_mutex_unlock(Now.Mutex);
    __oc_pthread_cond_broadcast(Now.Condition);
    N = Now.Next;
  }
}

pthread_key_t noticeKey() {
  static pthread_once_t Once = PTHREAD_ONCE_INIT;
  static pthread_key_t Key;
  pthread_once(&Once, [] {
    if (__oc_pthread_key_create(&Key, notifyAll) != 0)
      fail("no thread-specific key left for std::notify_all_at_thread_exit");
  });
  return Key;
}

/// std::unique_lock<std::mutex>.
struct UniqueLock {
  pthread_mutex_t *Mutex;
  bool Owns;
};

} // namespace

void resetNoticesInChild() { Notices.reset(); }

} // namespace oc

OC_WRAPPER void
__oc__ZSt25notify_all_at_thread_exitRSt18condition_variableSt11unique_lockISt5mutexE(
    pthread_cond_t *Condition, oc::UniqueLock *Lock) {
  oc::Notice *N = oc::Notices.take();
  if (!N)
    oc::fail("no memory for std::notify_all_at_thread_exit");
  pthread_key_t Key = oc::noticeKey();
  *N = {Condition, Lock->Mutex,
        static_cast<oc::Notice *>(__oc_pthread_getspecific(Key))};
  __oc_pthread_setspecific(Key, N);
  *Lock = {nullptr, false}; // Released: the list holds the mutex now.
}

/// std::promise::set_value_at_thread_exit and its kin: libstdc++ keeps a list
/// for the OS thread, which therefore ends with the thread.
OC_WRAPPER void
__oc__ZNSt13__future_base13_State_baseV211_Make_ready6_M_setEv(void *Ready) {
  oc::becomeOsThread();
  _ZNSt13__future_base13_State_baseV211_Make_ready6_M_setEv(Ready);
}
