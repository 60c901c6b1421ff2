// kernel_handler.h - the runtime's own handler, which the kernel has wherever
// the program has one, and for what the runtime itself handles.
#ifndef OPEN_CO_SIGNAL_KERNEL_HANDLER_H
#define OPEN_CO_SIGNAL_KERNEL_HANDLER_H

#include "signal/signals.h"
#include "signal/wanted_action.h"

#include <csetjmp>
#include <csignal>

namespace oc {

/// The runtime itself handles these: stack guards and bad user pointers.
constexpr uint64_t AlwaysOurs = bitOf(SIGSEGV) | bitOf(SIGBUS);

/// The program's actions, valid while the kernel has our handler. Changed under
/// the guard of actions.cpp.
extern WantedAction Wanted[65];

/// Gives the kernel our handler for \p Action, the wanted one. Any thread, also
/// in a handler. \returns as sigaction().
int install(int Signal, const struct sigaction &Action);

/// Whether \p Action, the kernel's, is our handler.
bool isInstalled(const struct sigaction &Action);

/// What the handler has recorded on the monitor's thread (Inside::Notify).
extern siginfo_t RecordedInfo[65];

/// siglongjmp with \p Value to \p To in a way that ThreadSanitizer follows,
/// where libc's cancellation has unwound functions of its own. Returns if other
/// code than ours handles SIGSEGV.
void leaveSanitizer(__jmp_buf_tag *To, int Value);

} // namespace oc

#endif
