// wait_ready.cpp - registers, parks, and looks at what ended the wait.
#include "sched/wait_ready.h"
#include "sched/worker.h"

namespace oc {

Outcome waitReady(FdWaiter *Waiters, size_t N, Deadline Until, bool IsSet) {
  // A handler that ran since the call began may have made the OS thread its
  // own: in the child of a fork there is no worker.
  if (!suspendable())
    return Outcome::Unpollable;
  Coroutine &C = *currentCoroutine();
  Poller &Home = thisThread()->Drives->Events;
  Outcome Result = Outcome::Retry;
  size_t Armed = 0;
  for (; Armed < N; ++Armed) {
    long R = fds::arm(Waiters[Armed], Home);
    if (R == 0 || (R == -EPERM && IsSet))
      continue;
    // 1: an edge since the last try. An error may be the call's own (EBADF)
    // or ours (ENOMEM, ENOSPC): the blocking call is right for both.
    if (R < 0)
      Result = Outcome::Unpollable;
    break;
  }
  if (Armed == N) {
    if (C.isInterrupted())
      Result = Outcome::Interrupted;
    else
      park(Until);
    if (Result == Outcome::Retry && Until.hasPassed())
      Result = Outcome::TimedOut;
    else if (C.isInterrupted())
      Result = Outcome::Interrupted;
  }
  while (Armed-- > 0)
    fds::disarm(Waiters[Armed]);
  return Result;
}

} // namespace oc
