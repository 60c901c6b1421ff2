// kernel_action.h - what the kernel itself has for a signal, past libc and what
// stands in front of that.
#ifndef OPEN_CO_SIGNAL_KERNEL_ACTION_H
#define OPEN_CO_SIGNAL_KERNEL_ACTION_H

#include "sys/syscall.h"

#include <csignal>

namespace oc {

using KernelHandler = void(int Signal, siginfo_t *Info, void *Context);

/// The kernel's struct sigaction.
struct KernelAction {
  KernelHandler *Handler;
  unsigned long Flags;
  void (*Restorer)();
  uint64_t Mask;
};

/// libc's own, of cancellation and of changed IDs.
constexpr uint64_t LibcSignals = uint64_t{3} << 31;

/// Puts \p Handler before the one that the kernel has, which becomes \p Behind.
/// ThreadSanitizer's blocks all signals, also libc's, which a cancelled call in
/// a handler then waits for.
inline void putInFront(int Signal, KernelHandler *Handler,
                       KernelHandler *&Behind) {
  KernelAction Action;
  sys::call(SYS_rt_sigaction, Signal, 0, sys::word(&Action),
            sizeof(Action.Mask));
  Behind = Action.Handler; // It may be needed at once.
  Action.Handler = Handler;
  Action.Mask &= ~LibcSignals;
  sys::call(SYS_rt_sigaction, Signal, sys::word(&Action), 0,
            sizeof(Action.Mask));
}

} // namespace oc

#endif
