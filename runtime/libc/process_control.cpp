// process_control.cpp - prctl and ptrace: what they say of the calling thread.
#include "libc/os_state.h"
#include "libc/wrapper.h"
#include "sched/scheduler.h"
#include "signal/user_copy.h"
#include "sys/errno.h"
#include "thread/thread_id.h"

#include <cerrno>
#include <cstdarg>
#include <linux/prctl.h>

namespace oc {
namespace {

/// Whether \p Option is about the process, or asks for what only a thread that
/// has an OS thread to itself can have changed.
bool isForAnyThread(int Option) {
  switch (Option) {
  case PR_GET_DUMPABLE:
  case PR_SET_DUMPABLE:
  case PR_GET_CHILD_SUBREAPER:
  case PR_SET_CHILD_SUBREAPER:
  case PR_GET_THP_DISABLE:
  case PR_SET_THP_DISABLE:
  case PR_GET_TIMING:
  case PR_SET_TIMING:
  case PR_SET_MM:
  case PR_SET_PTRACER:
  case PR_SET_VMA:
  case PR_CAPBSET_READ:
  case PR_GET_KEEPCAPS:
  case PR_GET_NO_NEW_PRIVS:
  case PR_GET_PDEATHSIG:
  case PR_GET_SECCOMP:
  case PR_GET_SECUREBITS:
  case PR_GET_SPECULATION_CTRL:
  case PR_GET_TIMERSLACK:
  case PR_GET_TSC:
    return true;
  }
  return false;
}

/// What a new thread does not inherit.
bool staysWithThread(int Option) {
  return Option == PR_SET_PDEATHSIG || Option == PR_SET_SYSCALL_USER_DISPATCH;
}

/// As the kernel copies it: up to the end, or fifteen characters.
long setName(ThreadBlock &T, const char *Name) {
  char New[sizeof T.Name] = {};
  for (size_t I = 0; I + 1 < sizeof New; ++I) {
    if (!readUser(New[I], Name + I))
      return -EFAULT;
    if (!New[I])
      break;
  }
  memcpy(T.Name, New, sizeof New);
  // What tools show of an OS thread of its own.
  return T.Bound.load() ? prctl(PR_SET_NAME, New) : 0;
}

long getName(const ThreadBlock &T, char *To) {
  char Name[sizeof T.Name] = {};
  if (*T.Name)
    memcpy(Name, T.Name, sizeof Name);
  else // Inherited, as every OS thread of ours has.
    prctl(PR_GET_NAME, Name);
  if (!copyUser(To, Name, sizeof Name))
    return -EFAULT;
  sanitizer::written(To, sizeof Name);
  return 0;
}

} // namespace
} // namespace oc

using namespace oc;

OC_WRAPPER int __oc_prctl(int Option, ...) noexcept {
  va_list Args;
  va_start(Args, Option);
  unsigned long A[4];
  for (unsigned long &Word : A)
    Word = va_arg(Args, unsigned long); // More than there are: unused.
  va_end(Args);
  ThreadBlock *T = currentThread();
  if (T && Option == PR_SET_NAME)
    return static_cast<int>(
        toErrno(setName(*T, reinterpret_cast<const char *>(A[0]))));
  if (T && Option == PR_GET_NAME)
    return static_cast<int>(
        toErrno(getName(*T, reinterpret_cast<char *>(A[0]))));
  if (Option == PR_SET_NAME)
    NativeRenamed.store(true, std::memory_order_relaxed);
  else if (!isForAnyThread(Option))
    useOsThread(staysWithThread(Option) ? Heirs::None : Heirs::All);
  return prctl(Option, A[0], A[1], A[2], A[3]);
}

/// A tracer, and who asks to be traced, is an OS thread.
OC_WRAPPER long __oc_ptrace(__ptrace_request Request, ...) noexcept {
  va_list Args;
  va_start(Args, Request);
  pid_t Id = va_arg(Args, pid_t);
  void *Address = va_arg(Args, void *);
  void *Data = va_arg(Args, void *);
  va_end(Args);
  useOsThread(Heirs::None);
  return ptrace(Request, oc::kernelThreadId(Id), Address, Data);
}
