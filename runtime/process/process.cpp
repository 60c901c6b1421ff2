// process.cpp - making processes other than by fork (fork.cpp).
#include "process/process.h"
#include "libc/wrapper.h"
#include "reactor/fd_table.h"
#include "sched/scheduler.h"
#include "sys/errno.h"
#include "thread/cancel.h"

#include <cerrno>
#include <unistd.h>

using namespace oc;

// vfork.S calls these around the system call: the first before it, then one in
// the child and one in the parent.

extern "C" __attribute__((visibility("hidden"))) void __oc_vfork_begin() {
  if (OsThread *T = thisThread())
    T->InVfork = true;
  if (schedulerRuns())
    fds::processForked();
}

extern "C" __attribute__((visibility("hidden"))) void __oc_vfork_child() {
  // The child's mask is its own, though its memory is not.
  OsThread *T = thisThread();
  if (T && T->Current && !T->Foreign)
    makeMaskReal(*T->Current);
}

extern "C" __attribute__((visibility("hidden"))) long
__oc_vfork_end(long Result) {
  if (OsThread *T = thisThread())
    T->InVfork = false;
  if (Result > 0 && schedulerRuns())
    fds::processForked();
  return toErrno(Result);
}

namespace oc {
namespace {

/// Calls \p Op, which makes a process without fork's handlers. It begins with
/// the coroutine's signal mask, as an opaque call has it.
template <typename Callable> auto spawning(Callable Op) {
  fds::processForked();
  auto Result = opaque(Op);
  fds::processForked();
  return Result;
}

} // namespace
} // namespace oc

/// A fork without its handlers, which nothing resets in the child: that makes
/// plain calls, as vfork's, and may make only what a signal's handler may.
long oc::forkBare(long (*Fork)(const long *), const long *Argument) {
  __oc_vfork_begin();
  long Result = Fork(Argument);
  if (Result)
    return __oc_vfork_end(Result);
  __oc_vfork_child();
  return 0;
}

OC_WRAPPER pid_t __oc__Fork() noexcept {
  return static_cast<pid_t>(forkBare([](const long *) -> long {
    pid_t Pid = _Fork();
    return Pid < 0 ? -errno : Pid;
  }));
}

OC_WRAPPER int __oc_posix_spawn(pid_t *Pid, const char *Path,
                                const posix_spawn_file_actions_t *Actions,
                                const posix_spawnattr_t *Attr,
                                char *const Argv[], char *const Env[]) {
  return spawning(
      [&] { return posix_spawn(Pid, Path, Actions, Attr, Argv, Env); });
}

OC_WRAPPER int __oc_posix_spawnp(pid_t *Pid, const char *File,
                                 const posix_spawn_file_actions_t *Actions,
                                 const posix_spawnattr_t *Attr,
                                 char *const Argv[], char *const Env[]) {
  return spawning(
      [&] { return posix_spawnp(Pid, File, Actions, Attr, Argv, Env); });
}

OC_WRAPPER int __oc_system(const char *Command) {
  return cancellationPoint(
      [&]() -> int { return spawning([&] { return system(Command); }); });
}

/// wordexp(3): commands in the words are run by a shell.
OC_WRAPPER int __oc_wordexp(const char *Words, wordexp_t *Into, int Flags) {
  return spawning([&] { return wordexp(Words, Into, Flags); });
}
