// process.h - how a process is made other than by fork(3).
#ifndef OPEN_CO_PROCESS_PROCESS_H
#define OPEN_CO_PROCESS_PROCESS_H

namespace oc {

/// Calls \p Fork(Argument), which returns what fork(2) does or a negative errno
/// value, and runs none of libc's handlers. \returns its result, or -1 with
/// errno.
long forkBare(long (*Fork)(const long *), const long *Argument = nullptr);

} // namespace oc

#endif
