// opening.h - opening a file by its name, which may have to wait.
#ifndef OPEN_CO_LIBC_OPENING_H
#define OPEN_CO_LIBC_OPENING_H

#include "sched/scheduler.h"
#include "sys/syscall.h"

#include <fcntl.h>
#include <sys/stat.h>

namespace oc {

/// Calls \p Op, which opens \p Path with \p Flags. That waits for the other end
/// of a FIFO, or for a terminal's line; for other files it is not worth an OS
/// thread.
template <typename Callable>
auto opening(int Directory, const char *Path, int Flags, Callable Op) {
  struct stat S;
  bool Waits = suspendable() && !(Flags & (O_NONBLOCK | O_PATH)) &&
               sys::fstatat(Directory, Path, &S) == 0 &&
               (S_ISFIFO(S.st_mode) || S_ISCHR(S.st_mode));
  return Waits ? opaque(Op) : Op();
}

} // namespace oc

#endif
