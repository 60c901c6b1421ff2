// alt_stack.cpp - sigaltstack. Threads that share an OS thread run handlers on
// their own stacks; one that asks for another stack gets the OS thread, where
// the kernel delivers, and does all that sigaltstack(2) says.
#include "libc/wrapper.h"
#include "sched/scheduler.h"
#include "signal/user_copy.h"
#include "sys/errno.h"
#include "thread/thread_block.h"

#include <cerrno>

using namespace oc;

OC_WRAPPER int __oc_sigaltstack(const stack_t *New, stack_t *Old) noexcept {
  ThreadBlock *T = currentThread();
  if (!T || T->HasSignalStack)
    return sigaltstack(New, Old);
  // What the OS thread has is the runtime's, for stack overflows.
  stack_t None{};
  None.ss_flags = SS_DISABLE;
  stack_t Wanted;
  if (New && !readUser(Wanted, New))
    return static_cast<int>(toErrno(-EFAULT));
  if (New && Wanted.ss_flags != SS_DISABLE) {
    becomeOsThread();
    if (sigaltstack(&Wanted, nullptr) != 0)
      return -1;
    T->HasSignalStack = true;
  }
  return Old && !writeUser(Old, None) ? static_cast<int>(toErrno(-EFAULT)) : 0;
}
