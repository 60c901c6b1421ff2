// os_thread.h - an OS thread as the runtime sees it: one that drives a worker,
// one that a coroutine has to itself (main's is the first of these), or a
// native thread of the program's libraries.
#ifndef OPEN_CO_CORO_OS_THREAD_H
#define OPEN_CO_CORO_OS_THREAD_H

#include "coro/coroutine.h"

#include <pthread.h>

namespace oc {

struct Worker;

/// What the scheduler does with a coroutine that has suspended.
enum class After : uint8_t { Park, Yield, End };

struct OsThread {
  Coroutine *Current = nullptr; // Null on the scheduler's own stack.
  /// The worker it drives. Others may take it away while a coroutine runs
  /// (Worker::Duty decides); then it is stale until the scheduler runs again.
  Worker *Drives = nullptr;
  void *SchedulerContext = nullptr;
  After Then = After::Park;
  int Tid = 0;
  pthread_t Handle = 0; // libc's.

  // Where this thread's own libc keeps what travels with coroutines.
  int *Errno = nullptr;
  int *HErrno = nullptr;
  ExceptionState *Exceptions = nullptr; // Null: no C++ runtime in the process.
  void **OnceCallable = nullptr;        // Null: no libstdc++.
  void (**OnceCall)() = nullptr;
  char **Locals = nullptr;
  const LocalOrigins **Origins = nullptr;
  unsigned LocaleChanges = 0; // Those that it has seen.

  /// Whether the running coroutine is in a call that is known to block.
  std::atomic<bool> Opaque{false};
  void *OpaqueAt = nullptr; // The frame where that began.

  /// The coroutine that has it to itself from the start, once that is known.
  std::atomic<Coroutine *> First{nullptr};

  /// A worker that it is to drive next, given while it is idle.
  std::atomic<Worker *> Assigned{nullptr};
  OsThread *NextIdle = nullptr;
  void *SignalStack = nullptr; // Kept when the record is used again.

  /// Whether it ends with the coroutine that has it to itself: the kernel then
  /// does what belongs to the end of a thread (robust mutexes).
  bool Retires = false;
  bool IsAwaited = false; // Somebody joins or detaches it; else it does itself.
  /// Whether this is the child of vfork(2), which shares its parent's memory.
  bool InVfork = false;
  /// A foreign thread's: its coroutine lives as long as the thread does.
  bool Foreign = false;
  int EndRounds = 0; // Of its destructors of thread-specific values.
  OsThread *NextForeign = nullptr;

  void *SanitizerStack = nullptr;
  const void *SanitizerStackBottom = nullptr;
  size_t SanitizerStackSize = 0;
  void *SanitizerFiber = nullptr;
};

extern "C" {
/// The calling OS thread; null until the runtime meets it. Read it through
/// thisThread() only.
extern __thread OsThread *__oc_this_thread
    __attribute__((tls_model("initial-exec"), visibility("hidden")));
/// What of the running coroutine compiled code reads: the origin of its copy of
/// the program's thread_local variables, and those of all its copies.
extern __thread char *__oc_locals_base
    __attribute__((tls_model("initial-exec"), visibility("default")));
extern __thread const LocalOrigins *__oc_locals_origins
    __attribute__((tls_model("initial-exec"), visibility("default")));
}

/// The calling OS thread, read afresh: a compiler would keep the address of a
/// thread_local across a suspension, after which this is another thread.
inline OsThread *thisThread() {
  OsThread *T;
  asm volatile("movq __oc_this_thread@gottpoff(%%rip), %0\n\t"
               "movq %%fs:(%0), %0"
               : "=r"(T));
  return T;
}

/// Makes \p T the calling OS thread's record.
void attachThread(OsThread &T);
/// Makes the calling OS thread one that the runtime has not met.
void detachThread();

/// Lets compiled code on \p T find the copies of \p C.
void publishOrigins(OsThread &T, const Coroutine &C);

/// The coroutine that runs here; null outside of one, and in a vfork child,
/// where every wrapper is the plain call.
inline Coroutine *currentCoroutine() {
  OsThread *T = thisThread();
  return T && !T->InVfork ? T->Current : nullptr;
}

/// The coroutine that runs here if it shares its OS thread with others.
inline Coroutine *guest() {
  OsThread *T = thisThread();
  return T && !T->InVfork && T->Current && !T->Current->keepsOsThread()
             ? T->Current
             : nullptr;
}

/// While it exists, the coroutine that runs here waits with its OS thread.
class KeepOsThread {
public:
  KeepOsThread() : C(currentCoroutine()) {
    if (C)
      ++C->KeepsHere;
  }
  ~KeepOsThread() {
    if (C)
      --C->KeepsHere;
  }
  KeepOsThread(const KeepOsThread &) = delete;
  KeepOsThread &operator=(const KeepOsThread &) = delete;

private:
  Coroutine *C;
};

} // namespace oc

#endif
