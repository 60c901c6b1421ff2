// queues.cpp - message queues and semaphore sets (POSIX and System V). They
// block their OS thread, as natively.
#include "libc/wrapper.h"
#include "sched/scheduler.h"
#include "thread/cancel.h"

using namespace oc;

OC_WRAPPER ssize_t __oc_mq_receive(mqd_t Q, char *Buf, size_t N,
                                   unsigned *Priority) {
  return cancellationPoint([&]() -> ssize_t {
    return opaque([&] { return mq_receive(Q, Buf, N, Priority); });
  });
}

OC_WRAPPER ssize_t __oc_mq_timedreceive(mqd_t Q, char *Buf, size_t N,
                                        unsigned *Priority,
                                        const timespec *Time) {
  return cancellationPoint([&]() -> ssize_t {
    return opaque([&] { return mq_timedreceive(Q, Buf, N, Priority, Time); });
  });
}

OC_WRAPPER int __oc_mq_send(mqd_t Q, const char *Buf, size_t N,
                            unsigned Priority) {
  return cancellationPoint([&]() -> int {
    return opaque([&] { return mq_send(Q, Buf, N, Priority); });
  });
}

OC_WRAPPER int __oc_mq_timedsend(mqd_t Q, const char *Buf, size_t N,
                                 unsigned Priority, const timespec *Time) {
  return cancellationPoint([&]() -> int {
    return opaque([&] { return mq_timedsend(Q, Buf, N, Priority, Time); });
  });
}

OC_WRAPPER ssize_t __oc_msgrcv(int Q, void *Message, size_t N, long Type,
                               int Flags) {
  return cancellationPoint([&]() -> ssize_t {
    if (Flags & IPC_NOWAIT)
      return msgrcv(Q, Message, N, Type, Flags);
    return opaque([&] { return msgrcv(Q, Message, N, Type, Flags); });
  });
}

OC_WRAPPER int __oc_msgsnd(int Q, const void *Message, size_t N, int Flags) {
  return cancellationPoint([&]() -> int {
    if (Flags & IPC_NOWAIT)
      return msgsnd(Q, Message, N, Flags);
    return opaque([&] { return msgsnd(Q, Message, N, Flags); });
  });
}

// SEM_UNDO is kept by process here, since all OS threads share one list: see
// CLONE_SYSVSEM in clone(2).

OC_WRAPPER int __oc_semop(int Set, sembuf *Operations, size_t N) noexcept {
  return opaque([&] { return semop(Set, Operations, N); });
}

OC_WRAPPER int __oc_semtimedop(int Set, sembuf *Operations, size_t N,
                               const timespec *Timeout) noexcept {
  return opaque([&] { return semtimedop(Set, Operations, N, Timeout); });
}
