// kill.cpp - signals that a thread sends to its own process. The kernel gives
// them to whoever may have them; if that is the caller only, POSIX wants them
// delivered before the call returns.
#include "libc/wrapper.h"
#include "signal/signals.h"
#include "thread/thread_block.h"

#include <unistd.h>

namespace oc {

void signalWasSent(pid_t To, int Signal) {
  if (Signal < 1 || Signal > 64)
    return;
  if (To != sys::processId() && To != 0 && To != -1 && To != -getpgrp())
    return;
  takeFromMonitor(bitOf(Signal));
  deliverSignals();
}

} // namespace oc

using namespace oc;

OC_WRAPPER int __oc_kill(pid_t To, int Signal) noexcept {
  int Result = kill(To, Signal);
  if (Result == 0)
    signalWasSent(To, Signal);
  return Result;
}

OC_WRAPPER int __oc_killpg(pid_t Group, int Signal) noexcept {
  int Result = killpg(Group, Signal);
  if (Result == 0)
    signalWasSent(-Group, Signal);
  return Result;
}

OC_WRAPPER int __oc_sigqueue(pid_t To, int Signal,
                             const union sigval Value) noexcept {
  int Result = sigqueue(To, Signal, Value);
  if (Result == 0)
    signalWasSent(To, Signal);
  return Result;
}
