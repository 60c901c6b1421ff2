// os_state.h - what the kernel keeps by OS thread, and a thread of the program
// may change: it gets an OS thread to itself first, which ends with it. So
// nobody else ever has the changed state.
#ifndef OPEN_CO_LIBC_OS_STATE_H
#define OPEN_CO_LIBC_OS_STATE_H

#include <sys/types.h>

namespace oc {

/// Which threads, once they have changed it, pass the state on to those that
/// they create, which then begin on OS threads of their own: none; all but
/// main, for what is about speed, since main often does it for the process;
/// all.
enum class Heirs { None, NotMains, All };

/// The caller is about to change, or ask for, the state of its OS thread.
void useOsThread(Heirs H);

/// Whether \p Id names the calling OS thread in calls that take 0 for it.
bool isThisThread(pid_t Id);

/// The same as useOsThread() for the system call \p Nr, if it is one of these.
void useOsThreadFor(long Nr, const long (&A)[6]);

} // namespace oc

#endif
