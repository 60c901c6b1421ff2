// thread_id.h - the number of a thread, as gettid(2) has it. To the kernel a
// coroutine has none, and the OS thread's changes; programs name the owners of
// their locks by it. So it gets one above all of the kernel's, which calls that
// take one translate.
#ifndef OPEN_CO_THREAD_THREAD_ID_H
#define OPEN_CO_THREAD_THREAD_ID_H

#include "thread/thread_block.h"

namespace oc {

/// The caller's: one of ours, unless it has an OS thread to itself by the time
/// it first asks. The same until it ends.
pid_t ownThreadId();

/// Whether \p Id names the caller in calls that take 0 for it.
bool isThisThread(pid_t Id);

/// The OS thread of \p T, or one with whatever those have that are shared.
pid_t osThreadOf(ThreadBlock &T);

/// Whose state a call asks for, or changes: that of any OS thread of ours,
/// which are alike, or of the thread's own only.
enum class OfThread : uint8_t { Any, Own };

/// The kernel's number for \p Id. What names none of our threads, or one that
/// has no OS thread to itself, where that is asked for, stays as it is: ESRCH.
pid_t kernelThreadId(pid_t Id, OfThread Which = OfThread::Any);

/// Calls \p Visit with the live thread that \p Id names. \returns false if it
/// is none of ours. \p Visit is called under a lock, and must be short.
template <typename Callable> bool visitThread(pid_t Id, Callable Visit) {
  return visitThreads([&](ThreadBlock &T) {
    if (T.Id.load(std::memory_order_relaxed) != Id)
      return false;
    Visit(T);
    return true;
  });
}

constexpr pid_t FirstThreadId = 1 << 28; // The kernel's are below 1 << 22.
constexpr bool isThreadIdOfOurs(pid_t Id) { return Id >= FirstThreadId; }

} // namespace oc

#endif
