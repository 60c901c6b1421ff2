// barrier.cpp - pthread barriers. The fields count as glibc's do, so that
// pthread_barrier_init and pthread_barrier_destroy work as they are. Coroutines
// and main wait in queueFor(barrier). Process-shared ones are libc's own. Code
// that comes to libc's own function (sync/interposed.h) and is not the last of
// a round waits for the field Round, as there.
#include "libc/wrapper.h"
#include "sched/wait_queue.h"
#include "sync/interposed.h"
#include "sys/sanitizer.h"
#include "sys/syscall.h"

namespace oc {
namespace {

/// glibc's struct pthread_barrier (sysdeps/nptl/internaltypes.h).
struct Barrier {
  unsigned In;    // How many have come, in all rounds.
  unsigned Round; // In, as it was when the last round ended, or an earlier one.
  unsigned Count; // How many make a round.
  int Shared;
  unsigned Out; // How many have left.
};
static_assert(sizeof(Barrier) <= sizeof(pthread_barrier_t));

/// Where glibc starts counting anew, too.
constexpr unsigned Threshold = UINT32_MAX / 2;

/// Whether libc's own wait is the right one. Who waits in \p Q already needs
/// the others of the round. Under its guard.
bool isNative(Barrier &B, WaitQueue &Q) {
  return B.Shared || (native::mayBeUsed() && !Q.first(&B));
}

/// \returns how many have come, with the caller. ThreadSanitizer's function may
/// have called this one, and reads the field before.
OC_UNCHECKED unsigned arrive(Barrier &B) {
  return __atomic_add_fetch(&B.In, 1, __ATOMIC_SEQ_CST);
}

OC_UNCHECKED void restart(Barrier &B) { B.In = B.Out = B.Round = 0; }

} // namespace
} // namespace oc

using namespace oc;

OC_WRAPPER int __oc_pthread_barrier_wait(pthread_barrier_t *Object) noexcept {
  auto &B = *reinterpret_cast<Barrier *>(Object);
  if (!runtimeServes())
    return native::pthread_barrier_wait(Object);
  sanitizer::release(&B);
  WaitQueue &Q = queueFor(&B);
  Q.Guard.lock();
  if (isNative(B, Q)) {
    Q.Guard.unlock();
    int Result = opaque([&] { return native::pthread_barrier_wait(Object); });
    sanitizer::acquire(&B);
    return Result;
  }
  Waiter W;
  {
    std::lock_guard Held(Q.Guard, std::adopt_lock);
    unsigned In = arrive(B);
    if (In % B.Count == 0) {
      sanitizer::acquire(&B);
      auto Ours = static_cast<unsigned>(Q.wake(&B, Everyone)) + 1;
      bool All = Ours == B.Count;
      // They need not touch it any more.
      std::atomic_ref(B.Out).fetch_add(Ours);
      if (All && In > Threshold)
        restart(B);
      if (!All) {
        std::atomic_ref(B.Round).store(In);
        sys::futexWake(&B.Round, Everyone);
      }
      return PTHREAD_BARRIER_SERIAL_THREAD;
    }
    Q.add(W, &B);
  }
  waitOn(Q, W);
  sanitizer::acquire(&B);
  return 0;
}
