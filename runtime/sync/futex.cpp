// futex.cpp - coroutines wait in queueFor(word), everything else in the kernel;
// a wake-up looks in both.
#include "sync/futex.h"
#include "libc/timeout.h"
#include "sched/wait_queue.h"
#include "signal/signals.h"

#include <algorithm>
#include <cerrno>
#include <linux/futex.h>

namespace oc {
namespace {

/// Code that was not rebuilt wakes the kernel's waiters only.
constexpr int64_t RecheckNs = NsPerSecond / 10;

struct Call {
  explicit Call(const long (&A)[6])
      : Word(reinterpret_cast<uint32_t *>(A[0])), Op(static_cast<int>(A[1])),
        Value(static_cast<uint32_t>(A[2])),
        Timeout(reinterpret_cast<const timespec *>(A[3])), Args(A) {}

  int command() const { return Op & FUTEX_CMD_MASK; }
  bool isPrivate() const { return Op & FUTEX_PRIVATE_FLAG; }
  long native() const {
    return sys::call(SYS_futex, Args[0], Args[1], Args[2], Args[3], Args[4],
                     Args[5]);
  }

  uint32_t *Word;
  int Op;
  uint32_t Value;
  const timespec *Timeout;
  const long (&Args)[6];
};

/// When \p C gives up. \returns 0 or a negative errno value.
long readDeadline(const Call &C, Deadline &Until) {
  timespec Time;
  Until = Deadline::never();
  if (!C.Timeout)
    return 0;
  if (!readUser(Time, C.Timeout))
    return -EFAULT;
  if (!isValid(Time))
    return -EINVAL;
  if (C.command() == FUTEX_WAIT)
    Until = Deadline::in(nanoseconds(Time));
  else
    Until = Deadline::on(
        C.Op & FUTEX_CLOCK_REALTIME ? CLOCK_REALTIME : CLOCK_MONOTONIC, Time);
  return 0;
}

long wait(const Call &C) {
  Deadline Until = Deadline::never();
  if (long Error = readDeadline(C, Until))
    return Error;
  uint32_t Now;
  if (reinterpret_cast<uintptr_t>(C.Word) % sizeof(uint32_t))
    return -EINVAL;
  if (!readUser(Now, C.Word))
    return -EFAULT;
  auto Unchanged = [&] {
    return std::atomic_ref<uint32_t>(*C.Word).load() == C.Value;
  };
  if (!Unchanged())
    return -EAGAIN;
  Coroutine &Me = self();
  for (;;) {
    Deadline Recheck = std::min(Until, Deadline::in(RecheckNs));
    if (waitWhile(C.Word, Unchanged, Recheck, true) || !Unchanged())
      return 0;
    if (Until.hasPassed())
      return -ETIMEDOUT;
    if (Me.hasSignal())
      if (long R = interrupted(true))
        return R;
  }
}

/// Wakes coroutines first, then the kernel's waiters.
long wakeBoth(const Call &C, int Most) {
  int Woken = wake(C.Word, Most);
  if (Woken >= Most)
    return Woken;
  long More = sys::call(SYS_futex, C.Args[0],
                        FUTEX_WAKE | (C.Op & FUTEX_PRIVATE_FLAG), Most - Woken);
  return More < 0 ? (Woken ? Woken : More) : Woken + More;
}

/// Whoever would be moved to the other word is woken instead, and finds out
/// there what it has to wait for.
long requeue(const Call &C) {
  if (C.command() == FUTEX_CMP_REQUEUE &&
      std::atomic_ref<uint32_t>(*C.Word).load() !=
          static_cast<uint32_t>(C.Args[5]))
    return -EAGAIN;
  int Woken = wake(C.Word, Everyone);
  long More = C.native();
  return More < 0 ? More : Woken + More;
}

} // namespace

long futexCall(const long (&Args)[6]) {
  Call C(Args);
  bool AnyBits = static_cast<uint32_t>(Args[5]) == FUTEX_BITSET_MATCH_ANY;
  switch (C.command()) {
  case FUTEX_WAIT:
    AnyBits = true;
    [[fallthrough]];
  case FUTEX_WAIT_BITSET:
    // Another process may do the waking; some bits only the kernel knows.
    if (suspendable() && C.isPrivate() && AnyBits)
      return wait(C);
    return opaque([&] { return C.native(); });
  case FUTEX_WAKE:
    AnyBits = true;
    [[fallthrough]];
  case FUTEX_WAKE_BITSET:
    return AnyBits && static_cast<int>(C.Value) > 0
               ? wakeBoth(C, static_cast<int>(C.Value))
               : C.native();
  case FUTEX_REQUEUE:
  case FUTEX_CMP_REQUEUE:
    return requeue(C);
  case FUTEX_WAKE_OP:
    wake(C.Word, Everyone);
    wake(reinterpret_cast<uint32_t *>(Args[4]), Everyone);
    return C.native();
  }
  return opaque([&] { return C.native(); });
}

} // namespace oc
