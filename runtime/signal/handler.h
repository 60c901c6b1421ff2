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
  /// Of the cancellation point that the handler interrupted.
  bool CancelOpen;
  char *CancelHeldAt;
};

/// The innermost handler of \p C, the calling thread's, has ended or is left.
void popHandler(Coroutine &C);

/// Calls the handler of \p Action. What that calls are cancellation points of
/// its own. \p Context may be null: one is made up.
void callHandler(const struct sigaction &Action, int Signal, siginfo_t &Info,
                 void *Context);

} // namespace oc

#endif
