// actions.h - what the program wants done about each signal, as the kernel
// would keep it. The kernel itself has our own handler instead.
#ifndef OPEN_CO_SIGNAL_ACTIONS_H
#define OPEN_CO_SIGNAL_ACTIONS_H

#include <csignal>

namespace oc {

/// The action for \p Signal that the program asked for.
struct sigaction actionOf(int Signal);

/// The same, and as the kernel does at delivery: SA_RESETHAND takes effect.
struct sigaction takeAction(int Signal);

inline bool isHandler(const struct sigaction &Action) {
  return Action.sa_handler != SIG_DFL && Action.sa_handler != SIG_IGN;
}

/// Whether \p Action does nothing about \p Signal (signal(7)).
bool isIgnored(int Signal, const struct sigaction &Action);

/// SA_RESTART, unless siginterrupt() has said otherwise of \p Signal.
int restartFlag(int Signal);

/// In a forked child.
void resetActionsInChild();

} // namespace oc

#endif
