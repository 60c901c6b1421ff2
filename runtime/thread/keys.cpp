// keys.cpp - a key's sequence number is odd while it is in use; a value counts
// only if it was set under the present number, as in glibc.
#include "thread/keys.h"
#include "libc/wrapper.h"
#include "sched/os_threads.h"
#include "sys/pool.h"
#include "sys/sanitizer.h"
#include "thread/thread_block.h"

#include <cerrno>

extern "C" int __pthread_key_create(pthread_key_t *, void (*)(void *)) noexcept;

namespace oc {
namespace {

struct Key {
  std::atomic<uintptr_t> Sequence{0};
  void (*Destroy)(void *) = nullptr;
};
Key Keys[PTHREAD_KEYS_MAX];

struct ValueBlock {
  KeyValue Values[KeyValues::PerBlock];
};
Pool<KeyValues> Directories;
Pool<ValueBlock> Blocks;

bool isInUse(pthread_key_t K) {
  return K < PTHREAD_KEYS_MAX &&
         (Keys[K].Sequence.load(std::memory_order_acquire) & 1);
}

/// The place of \p K's value; null if it was never set and \p Make is false,
/// or without memory.
KeyValue *find(ThreadBlock &T, pthread_key_t K, bool Make) {
  if (!T.Keys && (!Make || !(T.Keys = Directories.take())))
    return nullptr;
  KeyValue *&Block = T.Keys->Block[K / KeyValues::PerBlock];
  if (!Block) {
    ValueBlock *New = Make ? Blocks.take() : nullptr;
    if (!New)
      return nullptr;
    Block = New->Values;
  }
  return &Block[K % KeyValues::PerBlock];
}

/// One round.
void destroyValues(ThreadBlock &T) {
  for (pthread_key_t K = 0; K < PTHREAD_KEYS_MAX; ++K) {
    if (!T.Keys->Block[K / KeyValues::PerBlock]) {
      K |= KeyValues::PerBlock - 1;
      continue;
    }
    KeyValue *V = find(T, K, false);
    const void *Value = V->Value;
    if (!Value || !isInUse(K) || V->Sequence != Keys[K].Sequence.load())
      continue;
    V->Value = nullptr;
    if (auto *Destroy = Keys[K].Destroy) {
      sanitizer::calling(1);
      Destroy(const_cast<void *>(Value));
    }
  }
}

int keyCreated(pthread_key_t K, void (*Destroy)(void *)) {
  Keys[K].Destroy = Destroy;
  Keys[K].Sequence.fetch_add(1, std::memory_order_release);
  return 0;
}

} // namespace

void runKeyDestructors(ThreadBlock &T) {
  if (!T.Keys)
    return;
  // One that cancels the thread leaves the others of its round, as libc does.
  for (int Round = 0; Round < PTHREAD_DESTRUCTOR_ITERATIONS && T.Keys->IsUsed;
       ++Round) {
    T.Keys->IsUsed = false;
    destroyValues(T);
  }
  for (KeyValue *Block : T.Keys->Block)
    if (Block)
      Blocks.give(reinterpret_cast<ValueBlock *>(Block));
  Directories.give(T.Keys);
  T.Keys = nullptr;
}

void resetKeysInChild() {
  Directories.reset();
  Blocks.reset();
}

} // namespace oc

using namespace oc;

OC_WRAPPER int __oc_pthread_key_create(pthread_key_t *K,
                                       void (*Destroy)(void *)) noexcept {
  int Error = pthread_key_create(K, Destroy);
  return Error ? Error : keyCreated(*K, Destroy);
}

OC_WRAPPER int __oc___pthread_key_create(pthread_key_t *K,
                                         void (*Destroy)(void *)) noexcept {
  return __oc_pthread_key_create(K, Destroy);
}

OC_WRAPPER int __oc_pthread_key_delete(pthread_key_t K) noexcept {
  if (isRuntimesKey(K))
    return EINVAL;
  int Error = pthread_key_delete(K);
  if (!Error && isInUse(K))
    Keys[K].Sequence.fetch_add(1);
  return Error;
}

OC_WRAPPER void *__oc_pthread_getspecific(pthread_key_t K) noexcept {
  ThreadBlock *T = currentThread();
  if (!T)
    return isRuntimesKey(K) ? nullptr : pthread_getspecific(K);
  KeyValue *V = isInUse(K) ? find(*T, K, false) : nullptr;
  return V && V->Sequence == Keys[K].Sequence.load()
             ? const_cast<void *>(V->Value)
             : nullptr;
}

OC_WRAPPER int __oc_pthread_setspecific(pthread_key_t K,
                                        const void *Value) noexcept {
  ThreadBlock *T = currentThread();
  if (!T)
    return isRuntimesKey(K) ? EINVAL : pthread_setspecific(K, Value);
  if (!isInUse(K))
    return EINVAL;
  KeyValue *V = find(*T, K, Value != nullptr);
  if (V) {
    *V = {Value, Keys[K].Sequence.load()};
    T->Keys->IsUsed |= Value != nullptr;
  }
  return V || !Value ? 0 : ENOMEM;
}

// C11's names for the same (threads.h): thrd_success is 0.

OC_WRAPPER int __oc_tss_create(tss_t *K, tss_dtor_t Destroy) {
  return __oc_pthread_key_create(K, Destroy) ? thrd_error : thrd_success;
}

OC_WRAPPER void __oc_tss_delete(tss_t K) { __oc_pthread_key_delete(K); }

OC_WRAPPER void *__oc_tss_get(tss_t K) { return __oc_pthread_getspecific(K); }

OC_WRAPPER int __oc_tss_set(tss_t K, void *Value) {
  return __oc_pthread_setspecific(K, Value) ? thrd_error : thrd_success;
}
