// limits.cpp - the limits of the process. That of open files is higher for a
// moment while the runtime hides a descriptor above it: the program must not
// see that, nor set one that would then be lost.
#include "libc/wrapper.h"
#include "reactor/poller.h"
#include "sched/scheduler.h"
#include "thread/thread_id.h"

#include <mutex>

namespace oc {
namespace {

/// Calls \p Op, which looks at or sets the limit of \p Resource.
template <typename Callable> auto withLimit(int Resource, Callable Op) {
  if (Resource != RLIMIT_NOFILE || !runtimeServes())
    return Op();
  std::lock_guard Held(HidingGuard);
  return Op();
}

} // namespace
} // namespace oc

using namespace oc;

#define OC_LIMIT(Name, Parameters, Arguments)                                  \
  OC_WRAPPER int __oc_##Name Parameters noexcept {                             \
    return withLimit(Resource, [&] { return Name Arguments; });                \
  }
OC_LIMIT(getrlimit, (__rlimit_resource_t Resource, rlimit *Limit),
         (Resource, Limit))
OC_LIMIT(getrlimit64, (__rlimit_resource_t Resource, rlimit64 *Limit),
         (Resource, Limit))
OC_LIMIT(setrlimit, (__rlimit_resource_t Resource, const rlimit *Limit),
         (Resource, Limit))
OC_LIMIT(setrlimit64, (__rlimit_resource_t Resource, const rlimit64 *Limit),
         (Resource, Limit))
OC_LIMIT(prlimit,
         (pid_t Id, __rlimit_resource Resource, const rlimit *New, rlimit *Old),
         (kernelThreadId(Id), Resource, New, Old))
OC_LIMIT(prlimit64,
         (pid_t Id, __rlimit_resource Resource, const rlimit64 *New,
          rlimit64 *Old),
         (kernelThreadId(Id), Resource, New, Old))

// These ask for the limit, too.

OC_WRAPPER int __oc_getdtablesize() noexcept {
  return withLimit(RLIMIT_NOFILE, [] { return getdtablesize(); });
}

OC_WRAPPER long __oc_sysconf(int Name) noexcept {
  if (Name != _SC_OPEN_MAX)
    return sysconf(Name);
  return withLimit(RLIMIT_NOFILE, [] { return sysconf(_SC_OPEN_MAX); });
}
