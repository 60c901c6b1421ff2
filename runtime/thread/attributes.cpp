// attributes.cpp - what can be asked and told about a thread by its handle.
// What the kernel keeps by OS thread cannot be told to a coroutine: those rows
// give an error number.
#include "libc/wrapper.h"
#include "sched/scheduler.h"
#include "thread/thread_block.h"

#include <cstring>
#include <sys/prctl.h>

using namespace oc;

OC_WRAPPER pthread_t __oc_pthread_self() noexcept {
  ThreadBlock *T = currentThread();
  return T ? T->handle() : pthread_self();
}

OC_WRAPPER int __oc_pthread_getattr_np(pthread_t Handle,
                                       pthread_attr_t *Attr) noexcept {
  return forThread(
      Handle,
      [&](ThreadBlock &T) {
        if (int Error = pthread_attr_init(Attr))
          return Error;
        pthread_attr_setguardsize(Attr, T.GuardSize);
        if (T.Life.load() == Phase::Detached)
          pthread_attr_setdetachstate(Attr, PTHREAD_CREATE_DETACHED);
        return pthread_attr_setstack(Attr, T.StackTop - T.StackSize,
                                     T.StackSize);
      },
      [&] { return pthread_getattr_np(Handle, Attr); });
}

OC_WRAPPER int __oc_pthread_setname_np(pthread_t Handle,
                                       const char *Name) noexcept {
  return forThread(
      Handle,
      [&](ThreadBlock &T) {
        size_t Length = strlen(Name);
        if (Length >= sizeof T.Name)
          return ERANGE;
        memcpy(T.Name, Name, Length + 1);
        return 0;
      },
      [&] {
        NativeRenamed.store(true, std::memory_order_relaxed);
        return pthread_setname_np(Handle, Name);
      });
}

OC_WRAPPER int __oc_pthread_getname_np(pthread_t Handle, char *Name,
                                       size_t Size) noexcept {
  return forThread(
      Handle,
      [&](ThreadBlock &T) {
        if (Size < sizeof T.Name)
          return ERANGE;
        if (*T.Name)
          strcpy(Name, T.Name);
        else // Inherited, as every OS thread of ours has.
          prctl(PR_GET_NAME, Name);
        return 0;
      },
      [&] { return pthread_getname_np(Handle, Name, Size); });
}

// Scheduling and CPUs: those of the process are what a coroutine has.

OC_WRAPPER int __oc_pthread_getaffinity_np(pthread_t Handle, size_t Size,
                                           cpu_set_t *Set) noexcept {
  return forThread(
      Handle,
      [&](ThreadBlock &) {
        int Saved = errno;
        int Error = sched_getaffinity(getpid(), Size, Set) ? errno : 0;
        errno = Saved;
        return Error;
      },
      [&] { return pthread_getaffinity_np(Handle, Size, Set); });
}

OC_WRAPPER int __oc_pthread_getschedparam(pthread_t Handle, int *Policy,
                                          sched_param *Param) noexcept {
  return forThread(
      Handle,
      [&](ThreadBlock &) {
        *Policy = sched_getscheduler(getpid());
        return sched_getparam(getpid(), Param) ? EINVAL : 0;
      },
      [&] { return pthread_getschedparam(Handle, Policy, Param); });
}

OC_WRAPPER int __oc_pthread_setaffinity_np(pthread_t Handle, size_t Size,
                                           const cpu_set_t *Set) noexcept {
  return forThread(
      Handle, [](ThreadBlock &) { return ENOSYS; },
      [&] { return pthread_setaffinity_np(Handle, Size, Set); });
}

OC_WRAPPER int __oc_pthread_setschedparam(pthread_t Handle, int Policy,
                                          const sched_param *Param) noexcept {
  return forThread(
      Handle, [](ThreadBlock &) { return ENOSYS; },
      [&] { return pthread_setschedparam(Handle, Policy, Param); });
}

OC_WRAPPER int __oc_pthread_setschedprio(pthread_t Handle,
                                         int Priority) noexcept {
  return forThread(
      Handle, [](ThreadBlock &) { return ENOSYS; },
      [&] { return pthread_setschedprio(Handle, Priority); });
}

OC_WRAPPER int __oc_pthread_getcpuclockid(pthread_t Handle,
                                          clockid_t *Clock) noexcept {
  return forThread(
      Handle, [](ThreadBlock &) { return ENOENT; },
      [&] { return pthread_getcpuclockid(Handle, Clock); });
}
