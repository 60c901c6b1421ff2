// fork.cpp - a child of fork has one coroutine, the caller, which keeps its OS
// thread; it goes on as an open-co program.
//
// fork itself is not in the table: handlers at the fork see to all.
#include "process/fork.h"
#include "coro/stack.h"
#include "reactor/fd_table.h"
#include "reactor/pagemap.h"
#include "sched/scheduler.h"
#include "sched/wait_queue.h"
#include "signal/signals.h"
#include "sync/once.h"
#include "sys/arena.h"
#include "sys/at_fork.h"
#include "thread/exit.h"
#include "thread/keys.h"
#include "thread/locals.h"
#include "thread/thread_block.h"

#include <unistd.h>

// glibc's (libio/genops.c): the lock of the list of streams, which is
// recursive.
extern "C" {
void _IO_list_lock();
void _IO_list_unlock();
}

namespace oc {
namespace {

/// Everything that another OS thread may have held or owned in the parent.
void resetChild() {
  fds::resetInChild();
  resetPagemapInChild();
  resetSchedulerInChild();
  resetWaitQueuesInChild();
  resetLocalsInChild();
  resetPinsInChild();
  resetKeysInChild();
  resetStdThreadsInChild();
  resetNoticesInChild();
  resetLiveThreadsInChild();
  resetThreadCountInChild();
  resetSignalsInChild();
}

// libc calls these around fork(2), whoever calls that. Ours are registered
// before the program's, so they run last of all beforehand and first of all
// afterwards: the program's own handlers find the runtime in order.

// Under that lock, of which ThreadSanitizer does not know.
OC_FORK_DATA std::atomic<bool> ListIsLocked{false};

OC_FORK_CODE void beforeFork() {
  // libc takes it next, and may have to wait for a flush of all streams, and so
  // for threads, which need what we lock.
  if (schedulerRuns()) {
    _IO_list_lock(); // Not opaque: it is this OS thread's.
    ListIsLocked.store(true, std::memory_order_relaxed);
  }
  // What the child goes on using has to be in order.
  // The order is that in which the locks are taken elsewhere.
  LiveGuard.lock();
  lockStacksForFork();
  lockCopiesForFork();
  fds::lockForFork();
  arena::lockForFork();
  fds::processForked();
}

OC_FORK_CODE void unlock() {
  arena::unlockAfterFork();
  fds::unlockAfterFork();
  unlockCopiesAfterFork();
  unlockStacksAfterFork();
  LiveGuard.unlock();
}

OC_FORK_CODE void afterForkInParent() {
  unlock();
  fds::processForked();
  if (ListIsLocked.load(std::memory_order_relaxed)) {
    ListIsLocked.store(false, std::memory_order_relaxed);
    _IO_list_unlock();
  }
}

OC_FORK_CODE void afterForkInChild() {
  ListIsLocked.store(false, std::memory_order_relaxed); // libc has a new one.
  if (schedulerRuns())
    resetChild();
  else if (OsThread *T = thisThread())
    T->Tid = sys::threadId();
  resetOnceInChild();
  unlock();
}

[[gnu::constructor(102)]] void registerHandlers() {
  pthread_atfork(beforeFork, afterForkInParent, afterForkInChild);
}

} // namespace

const bool HandlesForks = true;

} // namespace oc
