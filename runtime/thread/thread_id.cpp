// thread_id.cpp - gettid(2), and who is meant by what it gave.
#include "thread/thread_id.h"
#include "libc/wrapper.h"
#include "sched/scheduler.h"

#include <unistd.h>

namespace oc {

pid_t ownThreadId() {
  ThreadBlock *T = currentThread();
  if (!T)
    return sys::threadId();
  pid_t Id = T->Id.load(std::memory_order_relaxed);
  if (!Id) {
    if (ownOsThread(*T))
      becomeExclusive(); // Where it has its own.
    Id = T->Bound.load() ? sys::threadId() : FirstThreadId + T->Number;
    T->Id.store(Id, std::memory_order_relaxed);
  }
  return Id;
}

bool isThisThread(pid_t Id) {
  return Id == 0 || Id == sys::threadId() ||
         (isThreadIdOfOurs(Id) && Id == ownThreadId());
}

pid_t osThreadOf(ThreadBlock &T) {
  if (&T == currentThread() && ownOsThread(T))
    becomeExclusive(); // Where it has its own.
  const OsThread *Own = ownOsThread(T);
  return Own && Own->Tid ? Own->Tid : sharedOsThread();
}

pid_t kernelThreadId(pid_t Id, OfThread Which) {
  if (!isThreadIdOfOurs(Id))
    return Id;
  if (Id == ownThreadId()) {
    if (ownOsThread(*currentThread()))
      becomeExclusive();
    return sys::threadId();
  }
  pid_t Kernels = Id;
  visitThread(Id, [&](ThreadBlock &T) {
    if (Which == OfThread::Any || ownOsThread(T))
      Kernels = osThreadOf(T);
  });
  return Kernels;
}

} // namespace oc

OC_WRAPPER pid_t __oc_gettid() noexcept { return oc::ownThreadId(); }
