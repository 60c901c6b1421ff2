// pending.h - what is known of a coroutine's pending signals.
#ifndef OPEN_CO_SIGNAL_PENDING_H
#define OPEN_CO_SIGNAL_PENDING_H

#include "signal/signals.h"
#include "thread/thread_block.h"

namespace oc {

/// Makes \p Signal pending. \p T may run on another OS thread.
void addPending(ThreadBlock &T, int Signal, const siginfo_t &Info);

/// Takes \p Signal, which was pending; the information is complete.
siginfo_t takePending(ThreadBlock &T, int Signal);

/// Forgets \p Signal, however often it is pending. \p T may run on another OS
/// thread.
void discardPending(ThreadBlock &T, int Signal);

/// Has the kernel take \p Signal to \p T, whose OS thread is \p To. \returns 0
/// or an error number. Under T.SignalGuard.
int sendByKernel(ThreadBlock &T, OsThread &To, int Signal, siginfo_t Info);

/// Gives a signal that was sent to the process back to the kernel.
void sendToProcess(int Signal, const siginfo_t &Info);

} // namespace oc

#endif
