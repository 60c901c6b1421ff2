// wait.cpp - waiting for children. Nothing that could be polled tells of any
// child, or of one that has stopped: the calls block their OS thread.
#include "libc/wrapper.h"
#include "sched/scheduler.h"
#include "thread/cancel.h"

using namespace oc;

OC_WRAPPER pid_t __oc_wait(int *Status) {
  return cancellationPoint(
      [&]() -> pid_t { return opaque([&] { return wait(Status); }); });
}

OC_WRAPPER pid_t __oc_waitpid(pid_t Pid, int *Status, int Options) {
  return cancellationPoint([&]() -> pid_t {
    if (Options & WNOHANG)
      return waitpid(Pid, Status, Options);
    return opaque([&] { return waitpid(Pid, Status, Options); });
  });
}

// The headers say that these two throw nothing, and so do the declarations of
// their wrappers. But a cancelled one unwinds, as natively.
OC_WRAPPER pid_t unwindingWait4(pid_t, int *, int, rusage *) asm("__oc_wait4");
OC_WRAPPER pid_t unwindingWait3(int *, int, rusage *) asm("__oc_wait3");

pid_t unwindingWait4(pid_t Pid, int *Status, int Options, rusage *Usage) {
  return cancellationPoint([&]() -> pid_t {
    if (Options & WNOHANG)
      return wait4(Pid, Status, Options, Usage);
    return opaque([&] { return wait4(Pid, Status, Options, Usage); });
  });
}

pid_t unwindingWait3(int *Status, int Options, rusage *Usage) {
  return unwindingWait4(-1, Status, Options, Usage);
}

OC_WRAPPER int __oc_waitid(idtype_t Type, id_t Id, siginfo_t *Info,
                           int Options) {
  return cancellationPoint([&]() -> int {
    if (Options & WNOHANG)
      return waitid(Type, Id, Info, Options);
    return opaque([&] { return waitid(Type, Id, Info, Options); });
  });
}
