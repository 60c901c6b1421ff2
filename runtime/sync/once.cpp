// once.cpp - pthread_once: one caller runs the initialiser, the others wait for
// it in queueFor(object).
#include "sync/once.h"
#include "coro/call_once.h"
#include "libc/wrapper.h"
#include "sync/c11.h"
#include "sync/guarded.h"
#include "sync/word.h"
#include "sys/at_fork.h"
#include "sys/sanitizer.h"
#include "thread/thread_block.h"

// glibc's, of before pthread.h had macros for it: on libc's list for the OS
// thread, of which its longjmp calls those that it leaves.
extern "C" {
void _pthread_cleanup_push(_pthread_cleanup_buffer *, void (*)(void *), void *);
void _pthread_cleanup_pop(_pthread_cleanup_buffer *, int);
}

namespace oc {
namespace {

// pthread_once_t as glibc has it (nptl/pthread_once.c): 0, running, or 2 =
// done. Running is 1 and the number of forks before it: in a child it is stale.
constexpr int NotRun = 0, RunningBit = 1, Done = 2, ForkIncrement = 4;

OC_FORK_DATA int Generation = 0;

std::atomic_ref<int> wordOf(int &Word) { return std::atomic_ref<int>(Word); }

void finish(int &Word, int State) {
  sanitizer::release(&Word);
  wordOf(Word).store(State, std::memory_order_release);
  wakeWord(Word, Everyone);
}

/// \returns true if the caller is to run the initialiser of \p Word; false
/// once it has run.
bool begin(int &Word) {
  const int Running = RunningBit | Generation;
  for (;;) {
    int State = wordOf(Word).load(std::memory_order_acquire);
    if (State == Done) {
      sanitizer::acquire(&Word);
      return false;
    }
    if (State != Running) {
      if (wordOf(Word).compare_exchange_strong(State, Running,
                                               std::memory_order_acq_rel)) {
        sanitizer::acquire(&Word); // What an initialiser did that failed.
        return true;
      }
      continue;
    }
    waitForWord(Word, Running);
  }
}

/// What std::call_once left for the initialiser, on the OS thread that we are
/// on when it is called.
struct Callable {
  void *Object = nullptr;
  void (*Call)() = nullptr;
};

bool isCallOnce(void (*Initialise)()) {
  return &__once_proxy && Initialise == __once_proxy;
}

[[gnu::noinline]] Callable saveCallable() {
  asm volatile("" ::: "memory");
  return {_ZSt15__once_callable, _ZSt11__once_call};
}

[[gnu::noinline]] void restoreCallable(Callable C) {
  asm volatile("" ::: "memory");
  _ZSt15__once_callable = C.Object;
  _ZSt11__once_call = C.Call;
}

void unlink(Coroutine &C, OnceCall &Call) {
  // Not the first if the program switches contexts in initialisers.
  for (OnceCall **I = &C.Initialisers; *I; I = &(*I)->Outer)
    if (*I == &Call) {
      *I = Call.Outer;
      return;
    }
}

void run(OnceCall &Call, void (*Initialise)()) {
  __oc_call_guarded(
      [](void *Function) { reinterpret_cast<void (*)()>(Function)(); },
      reinterpret_cast<void *>(Initialise),
      [](void *Call) { leaveOnce(*static_cast<OnceCall *>(Call)); }, &Call);
}

void runInCoroutine(Coroutine &C, OnceCall &Call, void (*Initialise)()) {
  Call.Outer = C.Initialisers;
  C.Initialisers = &Call;
  run(Call, Initialise);
  unlink(C, Call);
}

void runNatively(OnceCall &Call, void (*Initialise)()) {
  _pthread_cleanup_buffer Left;
  auto Leave = [](void *Call) { leaveOnce(*static_cast<OnceCall *>(Call)); };
  _pthread_cleanup_push(&Left, Leave, &Call);
  run(Call, Initialise);
  _pthread_cleanup_pop(&Left, 0);
}

} // namespace

void leaveOnce(OnceCall &Call) {
  if (!Call.Runs) // An exception was on its way, and was left by a jump.
    return;
  Call.Runs = false;
  if (Coroutine *C = currentThread())
    unlink(*C, Call);
  finish(Call.Word, NotRun);
}

OC_FORK_CODE void resetOnceInChild() { Generation += ForkIncrement; }

} // namespace oc

using namespace oc;

OC_WRAPPER int __oc_pthread_once(pthread_once_t *Once, void (*Initialise)()) {
  if (wordOf(*Once).load(std::memory_order_acquire) == Done) {
    sanitizer::acquire(Once);
    return 0;
  }
  Callable C = isCallOnce(Initialise) ? saveCallable() : Callable{};
  if (!begin(*Once))
    return 0;
  if (isCallOnce(Initialise))
    restoreCallable(C);
  OnceCall Call{*Once};
  if (Coroutine *Here = currentThread())
    runInCoroutine(*Here, Call, Initialise);
  else
    runNatively(Call, Initialise);
  finish(*Once, Done);
  return 0;
}

OC_WRAPPER void __oc_call_once(once_flag *Flag, void (*Initialise)()) {
  __oc_pthread_once(onceOf(Flag), Initialise);
}
