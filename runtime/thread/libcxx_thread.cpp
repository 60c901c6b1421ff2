// libcxx_thread.cpp - what of std::thread is inside libc++'s shared library
// (src/thread.cpp). Its constructor is in the headers, by pthread_create.
#include "libc/wrapper.h"
#include "sync/cxx_locks.h"
#include "sys/errno.h"
#include "sys/message.h"
#include "thread/at_exit.h"

#include <cerrno>
#include <cstdint>

// libc++'s and libc++abi's; absent in other programs.
extern "C" {
void _ZNSt3__115__thread_structD1Ev(void *) __attribute__((weak));
void _ZdlPv(void *) __attribute__((weak));
}

namespace oc::libcxx {
namespace {

/// std::__thread_specific_ptr<std::__thread_struct>: each thread's record, by
/// which it does things at its end. libc++'s own key is the OS thread's.
struct ThreadData {
  pthread_key_t Key;
};

ThreadData *threadData() {
  static pthread_once_t Once = PTHREAD_ONCE_INIT;
  static ThreadData Data;
  pthread_once(&Once, [] {
    auto Delete = [](void *Record) {
      _ZNSt3__115__thread_structD1Ev(Record);
      _ZdlPv(Record);
    };
    if (__oc_pthread_key_create(&Data.Key, Delete) != 0)
      fail("no thread-specific key left for std::thread");
  });
  return &Data;
}

} // namespace
} // namespace oc::libcxx

using namespace oc;
using namespace oc::libcxx;

OC_WRAPPER void __oc__ZNSt3__16thread4joinEv(pthread_t *Thread) {
  throwIf(*Thread ? __oc_pthread_join(*Thread, nullptr) : EINVAL,
          "thread::join failed");
  *Thread = 0;
}

OC_WRAPPER void __oc__ZNSt3__16thread6detachEv(pthread_t *Thread) {
  throwIf(*Thread ? __oc_pthread_detach(*Thread) : EINVAL,
          "thread::detach failed");
  *Thread = 0;
}

OC_WRAPPER void
__oc__ZNSt3__111this_thread9sleep_forERKNS_6chrono8durationIxNS_5ratioILl1ELl1000000000EEEEE(
    const int64_t *Ns) {
  constexpr int64_t NsPerSecond = 1'000'000'000;
  timespec Left{*Ns / NsPerSecond, *Ns % NsPerSecond};
  if (*Ns > 0)
    while (__oc_nanosleep(&Left, &Left) == -1 && getErrno() == EINTR)
      ;
}

OC_WRAPPER void *__oc__ZNSt3__119__thread_local_dataEv() {
  return threadData();
}

OC_WRAPPER void
__oc__ZNSt3__125notify_all_at_thread_exitERNS_18condition_variableENS_11unique_lockINS_5mutexEEE(
    pthread_cond_t *Condition, UniqueLock *Lock) {
  notifyAtThreadExit(*Condition, *Lock);
}
