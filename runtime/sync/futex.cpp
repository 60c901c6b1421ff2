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
    // One with a timeout is not restarted: signal(7).
    if (Me.hasSignal())
      if (long R = interrupted(Until.isNever()))
        return R;
  }
}

/// Wakes coroutines first, then the kernel's waiters. Those of ours take any
/// bits.
long wakeBoth(const Call &C) {
  int Most = static_cast<int>(C.Value), Woken = wake(C.Word, Most);
  if (Woken >= Most)
    return Woken;
  long More = sys::call(SYS_futex, C.Args[0], C.Args[1], Most - Woken,
                        C.Args[3], C.Args[4], C.Args[5]);
  return More < 0 && Woken ? Woken : More + Woken;
}

/// The kernel's part may change words, so it comes first. Whoever of ours would
/// be moved to another word, or not woken, finds out there what it waits for.
long wakeAllAfter(const Call &C, uint32_t *Other) {
  long Result = C.native();
  if (Result < 0)
    return Result;
  Result += wake(C.Word, Everyone);
  return Other ? Result + wake(Other, Everyone) : Result;
}

} // namespace

long futexCall(const long (&Args)[6]) {
  Call C(Args);
  auto Bits = static_cast<uint32_t>(Args[5]);
  switch (C.command()) {
  case FUTEX_WAIT:
    Bits = FUTEX_BITSET_MATCH_ANY;
    [[fallthrough]];
  case FUTEX_WAIT_BITSET:
    // Another process may do the waking; some bits only the kernel knows.
    if (suspendable() && C.isPrivate() && Bits == FUTEX_BITSET_MATCH_ANY)
      return wait(C);
    return opaque([&] { return C.native(); });
  case FUTEX_WAKE:
    Bits = FUTEX_BITSET_MATCH_ANY;
    [[fallthrough]];
  case FUTEX_WAKE_BITSET: // No bits are an error.
    return Bits && static_cast<int>(C.Value) > 0 ? wakeBoth(C) : C.native();
  case FUTEX_REQUEUE:
  case FUTEX_CMP_REQUEUE:
    return wakeAllAfter(C, nullptr);
  case FUTEX_WAKE_OP:
    return wakeAllAfter(C, reinterpret_cast<uint32_t *>(Args[4]));
  }
  return opaque([&] { return C.native(); });
}

} // namespace oc
