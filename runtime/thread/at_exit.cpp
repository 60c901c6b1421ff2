// at_exit.cpp - each thread keeps a list, under a key.
#include "thread/at_exit.h"
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

struct Notice {
  void (*Function)(void *, void *);
  void *First, *Second;
  Notice *Next;
};

Pool<Notice> Notices;

/// The key's destructor.
void callAll(void *List) {
  for (auto *N = static_cast<Notice *>(List); N;) {
    Notice Now = *N;
    Notices.give(N);
    Now.Function(Now.First, Now.Second);
    N = Now.Next;
  }
}

pthread_key_t noticeKey() {
  static pthread_once_t Once = PTHREAD_ONCE_INIT;
  static pthread_key_t Key;
  pthread_once(&Once, [] {
    if (__oc_pthread_key_create(&Key, callAll) != 0)
      fail("no thread-specific key left for what C++ does at a thread's exit");
  });
  return Key;
}

} // namespace

void resetNoticesInChild() { Notices.reset(); }

void atThreadExit(void (*Function)(void *, void *), void *First, void *Second) {
  Notice *N = Notices.take();
  if (!N)
    fail("no memory for what C++ does at a thread's exit");
  pthread_key_t Key = noticeKey();
  *N = {Function, First, Second,
        static_cast<Notice *>(__oc_pthread_getspecific(Key))};
  __oc_pthread_setspecific(Key, N);
}

void notifyAtThreadExit(pthread_cond_t &Condition, UniqueLock &Lock) {
  atThreadExit(
      [](void *Mutex, void *Condition) {
        __oc_pthread_mutex_unlock(static_cast<pthread_mutex_t *>(Mutex));
        __oc_pthread_cond_broadcast(static_cast<pthread_cond_t *>(Condition));
      },
      Lock.Mutex, &Condition);
  Lock = {nullptr, false}; // Released: the list holds the mutex now.
}

} // namespace oc

OC_WRAPPER void
__oc__ZSt25notify_all_at_thread_exitRSt18condition_variableSt11unique_lockISt5mutexE(
    pthread_cond_t *Condition, oc::UniqueLock *Lock) {
  oc::notifyAtThreadExit(*Condition, *Lock);
}

/// std::promise::set_value_at_thread_exit and its kin: libstdc++ keeps a list
/// for the OS thread, which therefore ends with the thread.
OC_WRAPPER void
__oc__ZNSt13__future_base13_State_baseV211_Make_ready6_M_setEv(void *Ready) {
  oc::becomeOsThread();
  _ZNSt13__future_base13_State_baseV211_Make_ready6_M_setEv(Ready);
}
