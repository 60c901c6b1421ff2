// handler.h - a handler of the program's, as it runs.
#ifndef OPEN_CO_SIGNAL_HANDLER_H
#define OPEN_CO_SIGNAL_HANDLER_H

#include "coro/coroutine.h"

#include <csignal>
#include <pthread.h>

namespace oc {

/// A handler that runs, in the frame below it: it may end its thread. Linked to
/// that.
struct HandlerCall {
  /// Where unwinding, by pthread_exit or cancellation, stops: one of the
  /// thread's cleanup buffers.
  __pthread_unwind_buf_t Buffer;
  HandlerCall *Outer;
  bool Stops;    // Whether unwinding does.
  bool ByKernel; // It was called by the kernel, not at a delivery point.
  // Of the thread, before it.
  bool InHandler;
  bool CancelOpen;
  char *CancelHeldAt;
  NativeWait *Waits;
};

/// The innermost handler of \p C, the calling thread's, has ended or is left.
void popHandler(Coroutine &C);

/// Calls the handler of \p Action. What that calls are cancellation points of
/// its own. \p Context null: the kernel has not called it; one is made up.
void callHandler(const struct sigaction &Action, int Signal, siginfo_t &Info,
                 void *Context);

} // namespace oc

#endif
