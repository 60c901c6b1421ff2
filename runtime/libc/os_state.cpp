// os_state.cpp - scheduling, credentials, namespaces, filters, CPU clocks: what
// each OS thread has for itself. See os_state.h.
#include "libc/os_state.h"
#include "libc/wrapper.h"
#include "sched/scheduler.h"
#include "signal/user_copy.h"
#include "sys/errno.h"
#include "sys/syscall.h"
#include "thread/thread_id.h"

#include <sys/io.h>

// libcap's header declares it.
extern "C" int capset(void *Header, const void *Data) noexcept;

namespace oc {

void useOsThread(Heirs H) {
  if (!runtimeServes())
    return; // OS threads that are not there yet inherit all of it.
  becomeOsThread();
  Coroutine &C = self();
  bool IsMain = sys::threadId() == sys::processId();
  if (H == Heirs::All || (H == Heirs::NotMains && !IsMain))
    C.PassesState = true;
}

namespace {

/// The kernel's number of the thread that is about to be changed.
pid_t useForScheduling(pid_t Id) {
  if (isThisThread(Id))
    useOsThread(Heirs::NotMains);
  return kernelThreadId(Id, OfThread::Own);
}

/// The same for a word of a system call, and for one that asks.
void useForScheduling(long &Id) {
  Id = useForScheduling(static_cast<pid_t>(Id));
}
void toKernels(long &Id) { Id = kernelThreadId(static_cast<pid_t>(Id)); }

bool isCpuClock(clockid_t Clock) { return Clock == CLOCK_THREAD_CPUTIME_ID; }

} // namespace

sigevent *useForTimer(clockid_t Clock, sigevent *Event, sigevent &Copy) {
  bool ForThread =
      Event && readUser(Copy, Event) && Copy.sigev_notify == SIGEV_THREAD_ID;
  if ((ForThread && isThisThread(Copy._sigev_un._tid)) || isCpuClock(Clock))
    useOsThread(Heirs::None);
  if (!ForThread)
    return Event;
  Copy._sigev_un._tid = kernelThreadId(Copy._sigev_un._tid);
  return &Copy;
}

void useOsThreadFor(long Nr, long (&A)[6]) {
  switch (Nr) {
  case SYS_sched_setaffinity:
  case SYS_sched_setattr:
  case SYS_sched_setparam:
  case SYS_sched_setscheduler:
    return useForScheduling(A[0]);
  case SYS_get_robust_list:
  case SYS_sched_getaffinity:
  case SYS_sched_getattr:
  case SYS_sched_getparam:
  case SYS_sched_getscheduler:
  case SYS_sched_rr_get_interval:
    return toKernels(A[0]);
  case SYS_setpriority:
  case SYS_ioprio_set: // IOPRIO_WHO_PROCESS is 1.
    if (A[0] == (Nr == SYS_setpriority ? PRIO_PROCESS : 1))
      useForScheduling(A[1]);
    return;
  case SYS_getpriority:
  case SYS_ioprio_get:
    if (A[0] == (Nr == SYS_getpriority ? PRIO_PROCESS : 1))
      toKernels(A[1]);
    return;
  case SYS_set_mempolicy:
    return useOsThread(Heirs::NotMains);
  case SYS_clock_gettime:
    if (isCpuClock(static_cast<clockid_t>(A[0])))
      useOsThread(Heirs::None);
    return;
  case SYS_getrusage:
    if (A[0] == RUSAGE_THREAD)
      useOsThread(Heirs::None);
    return;
  case SYS_perf_event_open:
    if (isThisThread(static_cast<pid_t>(A[1])))
      useOsThread(Heirs::None);
    return toKernels(A[1]);
  case SYS_ptrace:
    useOsThread(Heirs::None);
    return toKernels(A[1]);
  case SYS_arch_prctl:
  case SYS_rseq:
  case SYS_set_robust_list:
  case SYS_set_tid_address:
    return useOsThread(Heirs::None);
  case SYS_add_key:
  case SYS_capset:
  case SYS_ioperm:
  case SYS_iopl:
  case SYS_keyctl:
  case SYS_landlock_restrict_self:
  case SYS_personality:
  case SYS_request_key:
  case SYS_seccomp:
  case SYS_setfsgid:
  case SYS_setfsuid:
  case SYS_setgid:
  case SYS_setgroups:
  case SYS_setns:
  case SYS_setregid:
  case SYS_setresgid:
  case SYS_setresuid:
  case SYS_setreuid:
  case SYS_setuid:
  case SYS_unshare:
    return useOsThread(Heirs::All);
  }
}

} // namespace oc

using namespace oc;

OC_WRAPPER int __oc_sched_setaffinity(pid_t Id, size_t Size,
                                      const cpu_set_t *Set) noexcept {
  return sched_setaffinity(useForScheduling(Id), Size, Set);
}

OC_WRAPPER int __oc_sched_setparam(pid_t Id,
                                   const sched_param *Param) noexcept {
  return sched_setparam(useForScheduling(Id), Param);
}

OC_WRAPPER int __oc_sched_setscheduler(pid_t Id, int Policy,
                                       const sched_param *Param) noexcept {
  return sched_setscheduler(useForScheduling(Id), Policy, Param);
}

OC_WRAPPER int __oc_setpriority(__priority_which_t Which, id_t Who,
                                int Value) noexcept {
  if (Which == PRIO_PROCESS)
    Who = static_cast<id_t>(useForScheduling(static_cast<pid_t>(Who)));
  return setpriority(Which, Who, Value);
}

OC_WRAPPER int __oc_getpriority(__priority_which_t Which, id_t Who) noexcept {
  if (Which == PRIO_PROCESS)
    Who = static_cast<id_t>(kernelThreadId(static_cast<pid_t>(Who)));
  return getpriority(Which, Who);
}

#define OC_ASKS(Name, Parameters, ...)                                         \
  OC_WRAPPER int __oc_##Name Parameters noexcept {                             \
    return Name(kernelThreadId(Id) __VA_OPT__(, ) __VA_ARGS__);                \
  }

OC_ASKS(sched_getaffinity, (pid_t Id, size_t Size, cpu_set_t *Set), Size, Set)
OC_ASKS(sched_getparam, (pid_t Id, sched_param *Param), Param)
OC_ASKS(sched_getscheduler, (pid_t Id))
OC_ASKS(sched_rr_get_interval, (pid_t Id, timespec *Slice), Slice)

OC_WRAPPER int __oc_nice(int Change) noexcept {
  useForScheduling(pid_t{0});
  return nice(Change);
}

OC_WRAPPER int __oc_clock_gettime(clockid_t Clock, timespec *Time) noexcept {
  if (isCpuClock(Clock)) [[unlikely]]
    useOsThread(Heirs::None);
  return clock_gettime(Clock, Time);
}

OC_WRAPPER int __oc_timer_create(clockid_t Clock, sigevent *Event,
                                 timer_t *Timer) noexcept {
  sigevent Copy;
  if (!runtimeServes())
    return timer_create(Clock, Event, Timer);
  return timer_create(Clock, useForTimer(Clock, Event, Copy), Timer);
}

OC_WRAPPER int __oc_getrusage(__rusage_who_t Who, rusage *Usage) noexcept {
  if (Who == RUSAGE_THREAD)
    useOsThread(Heirs::None);
  return getrusage(Who, Usage);
}

#define OC_USES_OS_THREAD(Name, Parameters, Arguments)                         \
  OC_WRAPPER int __oc_##Name Parameters noexcept {                             \
    useOsThread(Heirs::All);                                                   \
    return Name Arguments;                                                     \
  }

OC_USES_OS_THREAD(capset, (void *Header, const void *Data), (Header, Data))
OC_USES_OS_THREAD(ioperm, (unsigned long From, unsigned long Count, int On),
                  (From, Count, On))
OC_USES_OS_THREAD(iopl, (int Level), (Level))
OC_USES_OS_THREAD(personality, (unsigned long Persona), (Persona))
OC_USES_OS_THREAD(setfsgid, (gid_t Group), (Group))
OC_USES_OS_THREAD(setfsuid, (uid_t User), (User))
OC_USES_OS_THREAD(setns, (int Fd, int Kind), (Fd, Kind))
OC_USES_OS_THREAD(unshare, (int Flags), (Flags))
