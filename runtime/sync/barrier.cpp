// barrier.cpp - pthread barriers. The fields count as glibc's do, so that
// pthread_barrier_init and pthread_barrier_destroy work as they are. Coroutines
// and main wait in queueFor(barrier). Process-shared ones are libc's own.
#include "libc/wrapper.h"
#include "sched/wait_queue.h"
#include "sys/sanitizer.h"

namespace oc {
namespace {

/// glibc's struct pthread_barrier (sysdeps/nptl/internaltypes.h).
struct Barrier {
  unsigned In;    // How many have come, in all rounds.
  unsigned Round; // Unused here.
  unsigned Count; // How many make a round.
  int Shared;
  unsigned Out; // How many have left.
};
static_assert(sizeof(Barrier) <= sizeof(pthread_barrier_t));

/// Where glibc starts counting anew, too.
constexpr unsigned Threshold = UINT32_MAX / 2;

} // namespace
} // namespace oc

using namespace oc;

OC_WRAPPER int __oc_pthread_barrier_wait(pthread_barrier_t *Object) noexcept {
  auto &B = *reinterpret_cast<Barrier *>(Object);
  if (!runtimeServes())
    return pthread_barrier_wait(Object);
  if (B.Shared)
    return opaque([&] { return pthread_barrier_wait(Object); });
  sanitizer::release(&B);
  WaitQueue &Q = queueFor(&B);
  Waiter W;
  {
    std::lock_guard Held(Q.Guard);
    if (++B.In % B.Count == 0) {
      B.Out += B.Count; // The others need not touch it any more.
      if (B.In > Threshold)
        B.In = B.Out = 0;
      sanitizer::acquire(&B);
      Q.wake(&B, Everyone);
      return PTHREAD_BARRIER_SERIAL_THREAD;
    }
    Q.add(W, &B);
  }
  waitOn(Q, W);
  sanitizer::acquire(&B);
  return 0;
}
