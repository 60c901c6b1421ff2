// thread_block.h - a thread of the program: a coroutine, and what POSIX says
// that every thread has. A pthread_t that we give out is its address.
#ifndef OPEN_CO_THREAD_THREAD_BLOCK_H
#define OPEN_CO_THREAD_THREAD_BLOCK_H

#include "coro/os_thread.h"

#include <cerrno>
#include <climits>
#include <pthread.h>
#include <unwind.h>

namespace oc {

struct CancellableCall;
struct LocalDestructor;
struct SignalInfos;
struct KeyValue {
  const void *Value;
  uintptr_t Sequence; // Of the key when the value was set.
};

/// Values of thread-specific keys, in two levels: most threads use few.
struct KeyValues {
  static constexpr unsigned PerBlock = 32;
  static constexpr unsigned Blocks = PTHREAD_KEYS_MAX / PerBlock;
  KeyValue *Block[Blocks];
  bool IsUsed; // Values were set since destructors last began to be called.
};

/// What becomes of the thread when it ends.
///   Joinable --join--> Joining --it ends--> gone (the joiner releases it)
///   Joinable --detach--> Detached --it ends--> gone
///   Joinable --it ends--> Ended --join or detach--> gone
enum class Phase : uint32_t { Joinable, Joining, Detached, Ended };

struct alignas(64) ThreadBlock : Coroutine {
  static constexpr uint64_t Alive = 0x6f70656e2d636f31; // "open-co1"
  static constexpr uint64_t Gone = 0x6f70656e2d636f30;
  uint64_t Magic = Alive;
  int Number = 0;           // 1, 2, ... in the order of creation.
  std::atomic<pid_t> Id{0}; // thread_id.h; 0: nobody has asked for it.

  void *(*Start)(void *) = nullptr;
  void *Argument = nullptr;
  void *Result = nullptr;

  std::atomic<Phase> Life{Phase::Joinable};
  bool HasEnded = false; // Under the guard of queueFor(this).

  /// The stack as the program sees it.
  char *StackTop = nullptr;
  char *StackLow = nullptr; // Where a page begins, unless it is the program's.
  size_t StackSize = 0;     // Bytes, as asked for.
  size_t GuardSize = 0;
  bool ExplicitScheduling = false; // As asked for.
  char Name[16] = {};              // Empty: the process's.

  KeyValues *Keys = nullptr;
  LocalDestructor *Destructors = nullptr;
  /// The innermost of pthread_cleanup_push's buffers.
  void *Cleanup = nullptr;
  /// Where the C++ library looks for the type of the next, as it ends a process
  /// in which that meets noexcept: it has none.
  char NoType[0x50] = {};
  /// pthread_exit's; not on the stack that it unwinds.
  _Unwind_Exception Exit;
  // Cancellation (cancel.cpp).
  int CancelState = PTHREAD_CANCEL_ENABLE;
  std::atomic<int> CancelType{PTHREAD_CANCEL_DEFERRED};
  bool Exits = false; // Not cancelled any more.
  /// While requests are not looked at: where the stack was when that began.
  char *CancelHeldAt = nullptr;
  /// The OS thread where libc is to cancel the call that the thread is in; and
  /// how many threads are just telling it. Under SignalGuard.
  OsThread *CancelByLibc = nullptr;
  std::atomic<int> CancelSenders{0};
  std::atomic<bool> CancelSent{false};
  /// The innermost call that libc may cancel; null: none. In its frame.
  CancellableCall *InCancellable = nullptr;

  /// What is known of each pending signal; null until one is sent.
  std::atomic<SignalInfos *> Infos{nullptr};
  /// The OS thread to which the kernel takes the thread's signals, while that
  /// is the thread's own: for good, or in an opaque call. Null: they wait in
  /// PendingSignals.
  OsThread *ByKernel = nullptr;
  /// Whether its OS thread has its own signal stack, and not the runtime's.
  bool HasSignalStack = false;
  /// Those that were sent there and have not been handled.
  std::atomic<uint64_t> SentByKernel{0};
  Lock SignalGuard; // Of both, and over sending.
  /// In a wait with another mask: the one that handlers go back to.
  const uint64_t *MaskAfterWait = nullptr;

  /// libc's per-thread buffers (strerror, strsignal, inet_ntoa).
  /// Room for the longest translation.
  char ErrorBuffer[64] = {};
  char SignalBuffer[64] = {};
  char AddressBuffer[18] = {};

  /// The OS thread that ends with it, once it has ended; 0: none. Whoever
  /// releases the thread joins or detaches that.
  pthread_t EndsWith = 0;

  ThreadBlock *PreviousLive = nullptr, *NextLive = nullptr;

  bool mayBeCancelledAnywhere() const {
    return CancelType == PTHREAD_CANCEL_ASYNCHRONOUS &&
           CancelState == PTHREAD_CANCEL_ENABLE && !Exits;
  }

  pthread_t handle() { return reinterpret_cast<pthread_t>(this); }
};

/// The thread that runs here; null on main and on native threads, for which
/// the native calls are right.
inline ThreadBlock *currentThread() {
  OsThread *T = thisThread();
  if (!T || T->InVfork || T->Foreign || !T->Current)
    return nullptr;
  return static_cast<ThreadBlock *>(T->Current);
}

/// Calls \p Ours(thread) if \p Handle names a thread of ours and \p Native()
/// for a native thread's. \returns ESRCH for a thread that has gone.
template <typename OursFn, typename NativeFn>
int forThread(pthread_t Handle, OursFn Ours, NativeFn Native) {
  // Native handles point to libc's struct pthread: as well aligned, longer,
  // and with something else where our magic number is.
  auto *T = reinterpret_cast<ThreadBlock *>(Handle);
  if (Handle % alignof(ThreadBlock))
    return Native();
  if (T->Magic == ThreadBlock::Alive)
    return Ours(*T);
  return T->Magic == ThreadBlock::Gone ? ESRCH : Native();
}

/// Whether \p T is only still there to be joined.
bool hasEnded(ThreadBlock &T);

/// Ends the life of a thread whose result nobody wants any more.
void releaseThread(ThreadBlock &T);

/// Whether a native thread, main say, was given a name: then a thread that it
/// creates has to ask for it.
extern std::atomic<bool> NativeRenamed;

/// Takes \p T out of visitThreads().
void removeLive(ThreadBlock &T);

/// In a forked child: the caller, if it is a thread of ours, is the only one.
void resetLiveThreadsInChild();

void resetStdThreadsInChild();
void resetNoticesInChild();

/// Creates a thread; pthread_create(3). \returns 0 or an error number.
int createThread(pthread_t *Out, const pthread_attr_t *Attr,
                 void *(*Start)(void *), void *Argument);

/// Calls \p Visit for each live thread until it returns true, and returns
/// whether it did. Under the lock of the list: \p Visit must be short.
template <typename Callable> bool visitThreads(Callable Visit);
extern Lock LiveGuard;
extern ThreadBlock *LiveThreads;

template <typename Callable> bool visitThreads(Callable Visit) {
  LiveGuard.lock();
  bool Done = false;
  for (ThreadBlock *T = LiveThreads; T && !Done; T = T->NextLive)
    Done = Visit(*T);
  LiveGuard.unlock();
  return Done;
}

} // namespace oc

#endif
