// attributes.cpp - what can be asked and told about a thread by its handle.
#include "libc/os_state.h"
#include "libc/wrapper.h"
#include "sched/scheduler.h"
#include "sys/errno.h"
#include "sys/sanitizer.h"
#include "thread/thread_id.h"

#include <cstring>
#include <sys/prctl.h>

namespace oc {
namespace {

/// What \p Attr says of policy, priority and CPUs is that of \p T. \returns 0
/// or an error number.
int schedulingOf(ThreadBlock &T, pthread_attr_t &Attr) {
  if (T.ExplicitScheduling)
    pthread_attr_setinheritsched(&Attr, PTHREAD_EXPLICIT_SCHED);
  int Saved = getErrno(), Id = osThreadOf(T);
  sched_param Param{};
  pthread_attr_setschedpolicy(&Attr, sched_getscheduler(Id));
  if (sched_getparam(Id, &Param) == 0)
    pthread_attr_setschedparam(&Attr, &Param);
  cpu_set_t Cpus;
  bool Known = sched_getaffinity(Id, sizeof Cpus, &Cpus) == 0;
  setErrno(Saved);
  return Known ? pthread_attr_setaffinity_np(&Attr, sizeof Cpus, &Cpus) : 0;
}

/// Of a thread that has ended: libc looks for its file in /proc.
int noName() {
  setErrno(ENOENT);
  return ENOENT;
}

} // namespace
} // namespace oc

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
        if (int Error = schedulingOf(T, *Attr))
          return Error;
        return pthread_attr_setstack(Attr, T.StackLow, T.StackSize);
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
        if (hasEnded(T))
          return noName();
        char New[sizeof T.Name] = {};
        strcpy(New, Name);
        memcpy(T.Name, New, sizeof New); // Inline: sanitizers do not see it.
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
        if (hasEnded(T))
          return noName();
        char Now[sizeof T.Name];
        memcpy(Now, T.Name, sizeof Now);
        if (*Now)
          strcpy(Name, Now);
        else // Inherited, as every OS thread of ours has.
          prctl(PR_GET_NAME, Name);
        return 0;
      },
      [&] { return pthread_getname_np(Handle, Name, Size); });
}

// Scheduling and CPUs. They belong to an OS thread, and a thread whose own are
// changed gets one. The others, all alike, have what the process began with.

namespace oc {
namespace {

/// The OS thread that \p T has to itself from now on, or moves to when it next
/// goes on; null: there can be none.
OsThread *useOsThreadOf(ThreadBlock &T, Heirs H) {
  if (&T == currentThread())
    useOsThread(H);
  else if (self().PassesState)
    return ownOsThread(T); // A new one would inherit that.
  OsThread *Own = giveOwnOsThread(T);
  if (Own && H != Heirs::None)
    T.PassesState = true;
  return Own;
}

/// Calls \p Use(OS thread) for that of \p T. \returns what it returns, or \p
/// IfNone.
template <typename Callable>
int withOsThreadOf(ThreadBlock &T, Heirs H, int IfNone, Callable Use) {
  OsThread *Own = useOsThreadOf(T, H);
  if (!Own)
    return IfNone;
  int Id = std::atomic_ref<int>(Own->Tid).load(); // It may end.
  return Id ? Use(Id) : ESRCH;
}

/// Calls \p Change(OS thread), which is libc's, for that of \p T.
template <typename Callable> int change(ThreadBlock &T, Callable Change) {
  return withOsThreadOf(T, Heirs::NotMains, ENOSYS, [&](int Id) {
    return Change(Id) ? getErrno() : 0; // Which libc leaves set, too.
  });
}

/// The same; \p Own(libc's handle) if the OS thread is the running one: it
/// knows the mutexes with a priority ceiling that \p T has.
template <typename Callable, typename Mine>
int change(ThreadBlock &T, Callable Change, Mine Own) {
  if (&T != currentThread())
    return change(T, Change);
  return useOsThreadOf(T, Heirs::NotMains) ? Own(pthread_self()) : ENOSYS;
}

} // namespace
} // namespace oc

OC_WRAPPER int __oc_pthread_getaffinity_np(pthread_t Handle, size_t Size,
                                           cpu_set_t *Set) noexcept {
  return forThread(
      Handle,
      [&](ThreadBlock &T) {
        int Saved = getErrno();
        int Error =
            sched_getaffinity(osThreadOf(T), Size, Set) ? getErrno() : 0;
        setErrno(Saved);
        return Error;
      },
      [&] { return pthread_getaffinity_np(Handle, Size, Set); });
}

OC_WRAPPER int __oc_pthread_getschedparam(pthread_t Handle, int *Policy,
                                          sched_param *Param) noexcept {
  return forThread(
      Handle,
      [&](ThreadBlock &T) {
        if (hasEnded(T))
          return ESRCH;
        if (&T == currentThread() && ownOsThread(T))
          return pthread_getschedparam(pthread_self(), Policy, Param);
        sanitizer::give(*Policy, sched_getscheduler(osThreadOf(T)));
        sanitizer::written(*Param);
        return sched_getparam(osThreadOf(T), Param) ? EINVAL : 0;
      },
      [&] { return pthread_getschedparam(Handle, Policy, Param); });
}

OC_WRAPPER int __oc_pthread_setaffinity_np(pthread_t Handle, size_t Size,
                                           const cpu_set_t *Set) noexcept {
  return forThread(
      Handle,
      [&](ThreadBlock &T) {
        int Saved = getErrno(); // This one does not.
        int Error = change(
            T, [&](pid_t Id) { return sched_setaffinity(Id, Size, Set); });
        setErrno(Saved);
        return Error;
      },
      [&] { return pthread_setaffinity_np(Handle, Size, Set); });
}

OC_WRAPPER int __oc_pthread_setschedparam(pthread_t Handle, int Policy,
                                          const sched_param *Param) noexcept {
  return forThread(
      Handle,
      [&](ThreadBlock &T) {
        return change(
            T, [&](pid_t Id) { return sched_setscheduler(Id, Policy, Param); },
            [&](pthread_t Self) {
              return pthread_setschedparam(Self, Policy, Param);
            });
      },
      [&] { return pthread_setschedparam(Handle, Policy, Param); });
}

OC_WRAPPER int __oc_pthread_setschedprio(pthread_t Handle,
                                         int Priority) noexcept {
  sched_param Param{Priority};
  return forThread(
      Handle,
      [&](ThreadBlock &T) {
        return change(
            T, [&](pid_t Id) { return sched_setparam(Id, &Param); },
            [&](pthread_t Self) {
              return pthread_setschedprio(Self, Priority);
            });
      },
      [&] { return pthread_setschedprio(Handle, Priority); });
}

OC_WRAPPER int __oc_pthread_getcpuclockid(pthread_t Handle,
                                          clockid_t *Clock) noexcept {
  return forThread(
      Handle,
      [&](ThreadBlock &T) {
        return withOsThreadOf(T, Heirs::None, ENOENT, [&](int Id) {
          // As libc makes it: of a thread, and what the scheduler counts.
          sanitizer::give(*Clock, static_cast<clockid_t>(~Id) * 8 | 6);
          return 0;
        });
      },
      [&] { return pthread_getcpuclockid(Handle, Clock); });
}
