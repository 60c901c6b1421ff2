// inside.h - whether this OS thread is inside the runtime, holding a lock. A
// signal that arrives then is blocked until the last lock is free again
// (signal/).
#ifndef OPEN_CO_SYS_INSIDE_H
#define OPEN_CO_SYS_INSIDE_H

#include <cstdint>

namespace oc {

struct Inside {
  volatile uint32_t Depth;
  /// A handler had somebody to wake meanwhile (sched/wait_queue.h).
  volatile bool Missed;
  /// Signals that arrived meanwhile: bit N-1 for signal N. Written by the
  /// signal handler on this very thread.
  volatile uint64_t Recorded;
  /// Called after each of them, if set; by the signal handler.
  void (*Notify)();
};

extern "C" {
extern __thread Inside __oc_inside
    __attribute__((tls_model("initial-exec"), visibility("hidden")));
}

/// This OS thread's, found afresh (see thisThread()).
inline Inside &insideHere() {
  Inside *I;
  asm volatile("movq %%fs:0, %0\n\t"
               "addq __oc_inside@gottpoff(%%rip), %0"
               : "=r"(I)
               :
               : "cc");
  return *I;
}

/// In one instruction: the handler may interrupt it.
inline void forgetRecorded(Inside &I, uint64_t Bits) {
  __atomic_fetch_and(&I.Recorded, ~Bits, __ATOMIC_RELAXED);
}

/// Unblocks recorded signals, and wakes who was missed. Set by signal/.
extern void (*DeliverRecorded)();

inline void enterRuntime() {
  Inside &I = insideHere();
  I.Depth = I.Depth + 1;
}

inline void leaveRuntime() {
  Inside &I = insideHere();
  I.Depth = I.Depth - 1;
  if ((I.Recorded || I.Missed) && I.Depth == 0) [[unlikely]]
    DeliverRecorded();
}

} // namespace oc

#endif
