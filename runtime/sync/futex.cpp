// futex.cpp - coroutines wait in queueFor(word), everything else in the kernel;
// a wake-up looks in both.
#include "sync/futex.h"
#include "libc/timeout.h"
#include "reactor/pagemap.h"
#include "sched/wait_queue.h"
#include "signal/signals.h"
#include "sync/interposed.h"

#include <algorithm>
#include <cerrno>
#include <linux/futex.h>

namespace oc {
namespace {

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

/// Whether no other process can do the waking. libstdc++ does not say so of its
/// atomic objects.
bool isOnlyOurs(const Call &C) {
  uint32_t Now; // An error is the kernel's to tell.
  return C.isPrivate() || (readUser(Now, C.Word) && isPrivatePage(C.Word));
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
    if (waitWhile(C.Word, Unchanged, Until, true) || !Unchanged())
      return 0;
    if (Until.hasPassed())
      return -ETIMEDOUT;
    // One with a timeout is not restarted: signal(7).
    if (Me.hasSignal())
      if (long R = interrupted(Until.isNever()))
        return R;
  }
}

/// Wakes coroutines first, then by the operation \p Op the kernel's waiters.
/// Those of ours take any bits.
long wakeBoth(const void *Word, int Op, int Most, uint32_t Bits) {
  Most = std::max(Most, 1); // The kernel counts when it has woken one.
  std::atomic_thread_fence(std::memory_order_seq_cst);
  int Woken = wakeFromAnywhere(Word, Most);
  if (Woken >= Most)
    return Woken;
  long More =
      sys::call(SYS_futex, sys::word(Word), Op, Most - Woken, 0, 0, Bits);
  return More < 0 && Woken ? Woken : More + Woken;
}

/// What FUTEX_WAKE_OP does to its second word (futex(2)).
struct WakeOp {
  explicit WakeOp(uint32_t Code)
      : Op(Code >> 28 & 7), Compare(Code >> 24 & 15),
        Operand(signExtended(Code >> 12)), Comparand(signExtended(Code)) {
    if (Code >> 28 & FUTEX_OP_OPARG_SHIFT)
      Operand = static_cast<int>(1U << (Operand & 31));
  }

  bool isKnown() const {
    return Op <= FUTEX_OP_XOR && Compare <= FUTEX_OP_CMP_GE;
  }
  uint32_t changed(uint32_t Old) const {
    auto By = static_cast<uint32_t>(Operand);
    switch (Op) {
    case FUTEX_OP_SET:
      return By;
    case FUTEX_OP_ADD:
      return Old + By;
    case FUTEX_OP_OR:
      return Old | By;
    case FUTEX_OP_ANDN:
      return Old & ~By;
    default:
      return Old ^ By;
    }
  }
  bool holds(uint32_t Was) const {
    auto Old = static_cast<int>(Was);
    switch (Compare) {
    case FUTEX_OP_CMP_EQ:
      return Old == Comparand;
    case FUTEX_OP_CMP_NE:
      return Old != Comparand;
    case FUTEX_OP_CMP_LT:
      return Old < Comparand;
    case FUTEX_OP_CMP_LE:
      return Old <= Comparand;
    case FUTEX_OP_CMP_GT:
      return Old > Comparand;
    default:
      return Old >= Comparand;
    }
  }

private:
  static int signExtended(uint32_t Low12) {
    return static_cast<int>(Low12 << 20) >> 20;
  }

  uint32_t Op, Compare;
  int Operand, Comparand;
};

/// FUTEX_WAKE_OP. The kernel would not tell whether the condition held, so it
/// only says whether the words may be used: it adds 0, compares with what is
/// hardly ever there, and wakes those of a word that is nobody's.
long wakeByOperation(const Call &C) {
  WakeOp Op(static_cast<uint32_t>(C.Args[5]));
  auto *Other = reinterpret_cast<uint32_t *>(C.Args[4]);
  if (!Op.isKnown() || C.Args[0] % sizeof(uint32_t))
    return C.native(); // An error.
  uint32_t Nobodys = 0;
  if (long Error = sys::call(SYS_futex, sys::word(&Nobodys), C.Args[1], 1, 1,
                             sys::word(Other),
                             FUTEX_OP(FUTEX_OP_ADD, 0, FUTEX_OP_CMP_EQ, -2048));
      Error < 0)
    return Error;
  std::atomic_ref<uint32_t> Word(*Other);
  uint32_t Old = Word.load();
  while (!Word.compare_exchange_weak(Old, Op.changed(Old)))
    ;
  int Wake = FUTEX_WAKE | (C.Op & FUTEX_PRIVATE_FLAG);
  long Woken = wakeBoth(C.Word, Wake, static_cast<int>(C.Value), 0);
  if (Woken >= 0 && Op.holds(Old))
    Woken += wakeBoth(Other, Wake, static_cast<int>(C.Args[3]), 0);
  return Woken;
}

/// Whoever of ours would be moved to another word finds out there what it waits
/// for.
long wakeAllAfter(const Call &C) {
  long Result = C.native();
  return Result < 0 ? Result : Result + wakeFromAnywhere(C.Word, Everyone);
}

} // namespace

bool isFutexWake(int Op) {
  switch (Op & FUTEX_CMD_MASK) {
  case FUTEX_WAKE:
  case FUTEX_WAKE_BITSET:
  case FUTEX_WAKE_OP:
  case FUTEX_REQUEUE:
  case FUTEX_CMP_REQUEUE:
    return !(Op & FUTEX_CLOCK_REALTIME); // With it they are errors.
  }
  return false;
}

long futexCall(const long (&Args)[6]) {
  Call C(Args);
  auto Bits = static_cast<uint32_t>(Args[5]);
  // Elsewhere the flag is an error.
  if ((C.Op & FUTEX_CLOCK_REALTIME) && C.command() != FUTEX_WAIT_BITSET)
    return opaque([&] { return C.native(); });
  switch (C.command()) {
  case FUTEX_WAIT:
    Bits = FUTEX_BITSET_MATCH_ANY;
    [[fallthrough]];
  case FUTEX_WAIT_BITSET:
    // Some bits only the kernel knows.
    if (suspendable() && Bits == FUTEX_BITSET_MATCH_ANY &&
        !native::mayBeUsed() && isOnlyOurs(C))
      return wait(C);
    return opaque([&] { return C.native(); });
  case FUTEX_WAKE:
    Bits = FUTEX_BITSET_MATCH_ANY;
    [[fallthrough]];
  case FUTEX_WAKE_BITSET: // No bits are an error.
    return Bits ? wakeBoth(C.Word, C.Op, static_cast<int>(C.Value), Bits)
                : C.native();
  case FUTEX_REQUEUE:
  case FUTEX_CMP_REQUEUE:
    return wakeAllAfter(C);
  case FUTEX_WAKE_OP:
    return wakeByOperation(C);
  }
  return opaque([&] { return C.native(); });
}

} // namespace oc
