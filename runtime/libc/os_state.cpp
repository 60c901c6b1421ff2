// os_state.cpp - scheduling, credentials, namespaces, filters, CPU clocks: what
// each OS thread has for itself. See os_state.h.
#include "libc/os_state.h"
#include "libc/wrapper.h"
#include "sched/scheduler.h"
#include "signal/user_copy.h"
#include "sys/syscall.h"

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

bool isThisThread(pid_t Id) { return Id == 0 || Id == sys::threadId(); }

namespace {

void useForScheduling(pid_t Id) {
  if (isThisThread(Id))
    useOsThread(Heirs::NotMains);
}

bool isCpuClock(clockid_t Clock) { return Clock == CLOCK_THREAD_CPUTIME_ID; }

/// A timer that counts the caller's CPU time, or sends signals to its OS
/// thread.
void useForTimer(clockid_t Clock, const sigevent *Event) {
  sigevent E;
  bool ForThread = Event && readUser(E, Event) &&
                   E.sigev_notify == SIGEV_THREAD_ID &&
                   isThisThread(E._sigev_un._tid);
  if (ForThread || isCpuClock(Clock))
    useOsThread(Heirs::None);
}

} // namespace

void useOsThreadFor(long Nr, const long (&A)[6]) {
  switch (Nr) {
  case SYS_sched_setaffinity:
  case SYS_sched_setattr:
  case SYS_sched_setparam:
  case SYS_sched_setscheduler:
    return useForScheduling(static_cast<pid_t>(A[0]));
  case SYS_setpriority:
  case SYS_ioprio_set: // IOPRIO_WHO_PROCESS is 1.
    if (A[0] == (Nr == SYS_setpriority ? PRIO_PROCESS : 1))
      useForScheduling(static_cast<pid_t>(A[1]));
    return;
  case SYS_set_mempolicy:
    return useOsThread(Heirs::NotMains);
  case SYS_timer_create:
    return useForTimer(static_cast<clockid_t>(A[0]),
                       reinterpret_cast<const sigevent *>(A[1]));
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
    return;
  case SYS_arch_prctl:
  case SYS_ptrace:
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
  useForScheduling(Id);
  return sched_setaffinity(Id, Size, Set);
}

OC_WRAPPER int __oc_sched_setparam(pid_t Id,
                                   const sched_param *Param) noexcept {
  useForScheduling(Id);
  return sched_setparam(Id, Param);
}

OC_WRAPPER int __oc_sched_setscheduler(pid_t Id, int Policy,
                                       const sched_param *Param) noexcept {
  useForScheduling(Id);
  return sched_setscheduler(Id, Policy, Param);
}

OC_WRAPPER int __oc_setpriority(__priority_which_t Which, id_t Who,
                                int Value) noexcept {
  if (Which == PRIO_PROCESS)
    useForScheduling(static_cast<pid_t>(Who));
  return setpriority(Which, Who, Value);
}

OC_WRAPPER int __oc_nice(int Change) noexcept {
  useForScheduling(0);
  return nice(Change);
}

OC_WRAPPER int __oc_clock_gettime(clockid_t Clock, timespec *Time) noexcept {
  if (isCpuClock(Clock)) [[unlikely]]
    useOsThread(Heirs::None);
  return clock_gettime(Clock, Time);
}

OC_WRAPPER int __oc_timer_create(clockid_t Clock, sigevent *Event,
                                 timer_t *Timer) noexcept {
  if (runtimeServes())
    useForTimer(Clock, Event);
  return timer_create(Clock, Event, Timer);
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
