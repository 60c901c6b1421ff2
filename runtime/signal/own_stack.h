// own_stack.h - a signal that the kernel brought on a signal stack comes once
// more where the program wants its handler: on the stack that was interrupted.
#ifndef OPEN_CO_SIGNAL_OWN_STACK_H
#define OPEN_CO_SIGNAL_OWN_STACK_H

#include "signal/kernel_action.h"

#include <csignal>
#include <ucontext.h>

namespace oc {

/// Has the kernel left the stack that it interrupted for \p Context?
bool leftOwnStack(const ucontext_t &Context);

/// Changes \p Context so that, when the caller has returned to it, \p Handler
/// runs below what was interrupted, as if the kernel had put it there. Nothing
/// below \p Lowest is written.
/// \returns false if there is no room.
bool repeatOnOwnStack(KernelHandler *Handler, int Signal, const siginfo_t &Info,
                      ucontext_t &Context, const char *Lowest);

} // namespace oc

#endif
