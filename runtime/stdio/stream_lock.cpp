// stream_lock.cpp - who waits how for a stream: for a holder that is suspended
// a coroutine parks; for one that runs, or is native, it waits as libc does,
// with its OS thread.
#include "stdio/stream_lock.h"
#include "libc/wrapper.h"
#include "sched/wait_queue.h"
#include "sys/message.h"
#include "sys/pool.h"
#include "sys/sanitizer.h"
#include "sys/syscall.h"

namespace oc {
namespace {

/// glibc's _IO_lock_t (sysdeps/nptl/stdio-lock.h). The word is 0 if free, 1 if
/// held, 2 if held and somebody may wait.
struct LockWords {
  int Word;
  int Count;
  void *Owner;
};

LockWords &wordsOf(FILE &F) { return *static_cast<LockWords *>(F._lock); }

void *ownerOf(LockWords &L) {
  return __atomic_load_n(&L.Owner, __ATOMIC_RELAXED);
}

bool isMine(LockWords &L) { return ownerOf(L) == osThreadName(); }

/// Waits for a holder that is suspended. \returns false if it is not.
bool waitForSuspended(LockWords &L) {
  bool IsSuspended = true;
  waitWhile(&L, [&] {
    // Under the queue's guard: a holder that sees the 2 finds us in it.
    std::atomic_ref<int> Word(L.Word);
    int Held = 1;
    if (Word.load() == 0)
      return false;
    IsSuspended = ownerOf(L) == SuspendedOwner;
    return IsSuspended && (Word.compare_exchange_strong(Held, 2) || Held == 2);
  });
  return IsSuspended;
}

/// The lock is the caller's, by a call of libc.
void holdStream(Coroutine &C, FILE &F, HeldStream &H, bool Outermost) {
  LockWords &L = wordsOf(F);
  if (!isMine(L) || !__atomic_load_n(&L.Word, __ATOMIC_RELAXED))
    fail("this libc keeps the locks of stdio streams otherwise than glibc "
         "2.36; open-co does not know it");
  H.Owner = &L.Owner;
  H.Outermost = Outermost;
  hold(C, H);
}

/// Those that flockfile made, or that longjmp left.
Pool<HeldStream> Explicit;

void unlock(HeldStream &H) {
  auto *L = reinterpret_cast<LockWords *>(reinterpret_cast<char *>(H.Owner) -
                                          offsetof(LockWords, Owner));
  if (!H.Outermost) {
    --L->Count;
    return;
  }
  sanitizer::release(L);
  L->Count = 0;
  __atomic_store_n(&L->Owner, nullptr, __ATOMIC_RELAXED);
  if (std::atomic_ref<int>(L->Word).exchange(0, std::memory_order_acq_rel) < 2)
    return;
  // The stream may be gone from here on; its lock's address is only a key.
  wake(L, 1);
  sys::futexWake(&L->Word, 1);
}

void leaveStream(Coroutine &C, HeldLock &L, bool Unwound) {
  auto &Old = static_cast<HeldStream &>(L);
  letGo(C, Old);
  if (Unwound)
    return unlock(Old);
  HeldStream *New = Explicit.take();
  if (!New) // The lock keeps its owner's name.
    return becomeExclusive();
  New->Owner = Old.Owner;
  New->Outermost = Old.Outermost;
  hold(C, *New);
}

} // namespace

StreamLock::StreamLock(Coroutine &C, FILE &F) : C(C) {
  Held.Leave = leaveStream;
  if (!(flagsOf(F) & _IO_USER_LOCK))
    lockStream(C, F, Held);
}

void lockStream(Coroutine &C, FILE &F, HeldStream &H) {
  LockWords &L = wordsOf(F);
  if (isMine(L)) {
    flockfile(&F);
    return holdStream(C, F, H, false);
  }
  bool Waited = false;
  while (ftrylockfile(&F) != 0) {
    if (waitForSuspended(L)) {
      Waited = true;
      continue;
    }
    opaque([&] {
      flockfile(&F);
      holdStream(C, F, H, true); // We may be suspended on the way out.
      return 0;
    });
    break;
  }
  if (!H.Owner)
    holdStream(C, F, H, true);
  if (Waited) // Others may still do so.
    std::atomic_ref<int>(L.Word).store(2, std::memory_order_relaxed);
  sanitizer::acquire(&L);
}

void unlockStream(Coroutine &C, HeldStream &H) {
  letGo(C, H);
  unlock(H);
}

} // namespace oc

using namespace oc;

OC_WRAPPER void __oc_flockfile(FILE *F) noexcept {
  Coroutine *C = suspendable();
  HeldStream *H = C ? Explicit.take() : nullptr;
  if (H)
    return lockStream(*C, *F, *H);
  becomeExclusive(); // Without memory for H.
  flockfile(F);
  sanitizer::acquire(F->_lock);
}

OC_WRAPPER int __oc_ftrylockfile(FILE *F) noexcept {
  Coroutine *C = suspendable();
  bool WasMine = C && isMine(wordsOf(*F));
  int Result = ftrylockfile(F);
  if (Result == 0)
    sanitizer::acquire(F->_lock);
  if (!C || Result != 0)
    return Result;
  if (HeldStream *H = Explicit.take())
    holdStream(*C, *F, *H, !WasMine);
  else
    becomeExclusive();
  return 0;
}

OC_WRAPPER void __oc_funlockfile(FILE *F) noexcept {
  // It may have got an OS thread to itself since it locked the stream.
  Coroutine *C = currentCoroutine();
  HeldLock *L = C ? C->HeldLocks : nullptr;
  while (L && L->Owner != &wordsOf(*F).Owner)
    L = L->Next;
  if (!L) {
    sanitizer::release(F->_lock);
    return funlockfile(F);
  }
  auto *H = static_cast<HeldStream *>(L);
  unlockStream(*C, *H);
  Explicit.give(H);
}
