// os_state.h - what the kernel keeps by OS thread, and a thread of the program
// may change: it gets an OS thread to itself first, which ends with it. So
// nobody else ever has the changed state.
#ifndef OPEN_CO_LIBC_OS_STATE_H
#define OPEN_CO_LIBC_OS_STATE_H

#include <csignal>
#include <sys/types.h>

namespace oc {

/// Which threads, once they have changed it, pass the state on to those that
/// they create, which then begin on OS threads of their own: none; all but
/// main, for what is about speed, since main often does it for the process;
/// all.
enum class Heirs { None, NotMains, All };

/// The caller is about to change, or ask for, the state of its OS thread.
void useOsThread(Heirs H);

/// The same as useOsThread() for the system call \p Nr, if it is one of these.
/// The number of a thread in \p A becomes the kernel's.
void useOsThreadFor(long Nr, long (&A)[6]);

/// The same for timer_create, if the timer counts the caller's CPU time or
/// sends signals to its OS thread. \returns what the call is to be given for \p
/// Event: that, or \p Copy with the kernel's number of the thread.
sigevent *useForTimer(clockid_t Clock, sigevent *Event, sigevent &Copy);

} // namespace oc

#endif
