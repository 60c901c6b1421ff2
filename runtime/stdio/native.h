// native.h - calls of libc's own functions on streams, where they may wait.
#ifndef OPEN_CO_STDIO_NATIVE_H
#define OPEN_CO_STDIO_NATIVE_H

#include "sched/scheduler.h"
#include "signal/signals.h"
#include "stdio/stream.h"
#include "sys/errno.h"

namespace oc {

/// Calls \p Op, which may block the OS thread. The SIGPIPE of a write becomes
/// the coroutine's.
template <typename Callable> auto opaqueOutput(Callable Op) {
  if (!suspendable())
    return Op();
  bool HadSigpipe = false;
  auto Result = opaque([&] {
    auto R = Op();
    HadSigpipe = getErrno() == EPIPE && consumeSignal(SIGPIPE);
    return R;
  });
  if (HadSigpipe)
    sendToSelf(SIGPIPE);
  return Result;
}

/// The same if \p F may have to wait for somebody.
template <typename Callable> auto nativeOutput(FILE &F, Callable Op) {
  return suspendable() && isSlow(F) ? opaqueOutput(Op) : Op();
}

} // namespace oc

#endif
