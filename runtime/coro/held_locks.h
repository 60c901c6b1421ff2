// held_locks.h - locks of libc that name the OS thread which holds them, while
// a coroutine holds one. They travel with it: whenever it runs, the lock names
// its OS thread, so that libc's own functions find it theirs; while it is
// suspended, the lock names nobody, and is still held.
#ifndef OPEN_CO_CORO_HELD_LOCKS_H
#define OPEN_CO_CORO_HELD_LOCKS_H

#include "coro/coroutine.h"

namespace oc {

/// One that a coroutine has. Linked to the coroutine that holds it.
struct HeldLock {
  /// The word in which libc keeps its THREAD_SELF of the holder.
  void **Owner = nullptr;
  HeldLock *Next = nullptr;
  /// The frame of this record is left. By longjmp: gives the lock another one;
  /// it stays held, as natively. As the stack is unwound: unlocks it, as libc's
  /// cleanup does. Null: the record is not in a frame.
  void (*Leave)(Coroutine &C, HeldLock &L, bool Unwound) = nullptr;
};

/// What an owner is called while it is suspended: no OS thread's name.
inline void *const SuspendedOwner = reinterpret_cast<void *>(uintptr_t{1});

/// libc's name for the calling OS thread (THREAD_SELF), read afresh: compilers
/// keep what pthread_self() said across a suspension.
inline void *osThreadName() {
  void *Self;
  asm volatile("movq %%fs:16, %0" : "=r"(Self));
  return Self;
}

inline void setOwner(HeldLock &L, void *Owner) {
  __atomic_store_n(L.Owner, Owner, __ATOMIC_RELAXED);
}

/// The holder of its lock is the calling OS thread, if \p C runs here.
inline void hold(Coroutine &C, HeldLock &L) {
  L.Next = C.HeldLocks;
  C.HeldLocks = &L;
}

inline void letGo(Coroutine &C, HeldLock &L) {
  HeldLock **P = &C.HeldLocks;
  while (*P != &L)
    P = &(*P)->Next;
  *P = L.Next;
}

/// Before and after \p C is suspended.
inline void leaveLocks(Coroutine &C) {
  for (HeldLock *L = C.HeldLocks; L; L = L->Next)
    setOwner(*L, SuspendedOwner);
}
inline void takeLocks(Coroutine &C) {
  for (HeldLock *L = C.HeldLocks; L; L = L->Next)
    setOwner(*L, osThreadName());
}

} // namespace oc

#endif
