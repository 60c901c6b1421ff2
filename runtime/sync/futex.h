// futex.h - futex(2) for code that calls it by number: C++20's atomics,
// semaphores, latches and barriers, and locks of a program's own.
#ifndef OPEN_CO_SYNC_FUTEX_H
#define OPEN_CO_SYNC_FUTEX_H

namespace oc {

/// The system call with its arguments as the caller gave them. \returns what
/// the kernel would, or a negative errno value. Any thread.
long futexCall(const long (&Args)[6]);

/// Whether \p Op wakes, and does nothing else.
bool isFutexWake(int Op);

} // namespace oc

#endif
