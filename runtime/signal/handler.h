// handler.h - a handler of the program's, as it runs.
#ifndef OPEN_CO_SIGNAL_HANDLER_H
#define OPEN_CO_SIGNAL_HANDLER_H

#include "coro/coroutine.h"

#include <csignal>

namespace oc {

/// A handler that runs, in the frame below it. Linked to its thread.
struct HandlerCall {
  HandlerCall *Outer;
  bool ByKernel; // It was called by the kernel, not at a delivery point.
  // Of the thread, before it.
  bool InHandler;
  bool CancelOpen;
  char *CancelHeldAt;
  NativeWait *Waits;
};

/// The handler \p H of \p C, the calling thread's, has ended or is left. Mostly
/// the innermost; not if the program switches contexts in handlers.
void popHandler(Coroutine &C, HandlerCall &H);

/// Calls the handler of \p Action. What that calls are cancellation points of
/// its own. \p Context null: the kernel has not called it; one is made up,
/// where
/// \p After is the mask, which the handler may change.
void callHandler(const struct sigaction &Action, int Signal, siginfo_t &Info,
                 void *Context, uint64_t *After = nullptr);

} // namespace oc

#endif
