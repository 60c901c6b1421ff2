// coroutine.cpp - the stack switch, and what changes hands at it. The only
// file that sees Boost.Context.
//
//   scheduler's stack        coroutine's stack
//   resume(T, C) ------jump------> suspend() returns, or entry(C)
//      ^                                |
//      `-------------jump---------- suspend()
#include "coro/coroutine.h"
#include "coro/call_once.h"
#include "coro/held_locks.h"
#include "coro/os_thread.h"
#include "coro/sanitizer.h"

#include <boost/context/detail/fcontext.hpp>
#include <cerrno>
#include <netdb.h>

// By another name: <cxxabi.h> declares it const, with a type of its own.
extern "C" oc::ExceptionState *cxaGetGlobals() asm("__cxa_get_globals")
    __attribute__((weak));

namespace oc {

extern "C" {
__thread OsThread *__oc_this_thread;
// Weak: the program has one of its own, if it reads it.
__attribute__((visibility("default"), weak)) __thread char *__oc_locals_base;
__attribute__((visibility(
    "default"))) __thread const LocalOrigins *__oc_locals_origins = &NoOrigins;
}

namespace {

using boost::context::detail::jump_fcontext;
using boost::context::detail::make_fcontext;
using boost::context::detail::transfer_t;

/// Every coroutine's first frame. Unwinders stop here, and who follows frame
/// pointers: there is no caller.
[[noreturn]] void entry(transfer_t From) {
  asm volatile(".cfi_undefined rip");
  *static_cast<void *volatile *>(__builtin_frame_address(0)) = nullptr;
  auto *T = static_cast<OsThread *>(From.data);
  T->SchedulerContext = From.fctx;
  finishSwitch(nullptr, T);
  Coroutine &C = *T->Current;
  C.Entry(C);
  __builtin_unreachable();
}

} // namespace

void attachThread(OsThread &T) {
  T.Handle = pthread_self();
  T.Errno = &errno;
  T.HErrno = &h_errno;
  T.Exceptions = cxaGetGlobals ? cxaGetGlobals() : nullptr;
  if (&__once_proxy) {
    T.OnceCallable = &_ZSt15__once_callable;
    T.OnceCall = &_ZSt11__once_call;
  }
  T.Locals = &__oc_locals_base;
  T.Origins = &__oc_locals_origins;
  // Release: pairs with the load in awaitingThread().
  std::atomic_ref<int>(T.Tid).store(sys::threadId(), std::memory_order_release);
  __oc_this_thread = &T;
  sanitizer::release(&T);
}

void detachThread() {
  __oc_this_thread = nullptr;
  __oc_locals_base = nullptr; // The next use would make a new copy.
  __oc_locals_origins = &NoOrigins;
}

void prepareCoroutine(Coroutine &C, char *Top, char *Bottom) {
  C.Context = make_fcontext(Top, static_cast<size_t>(Top - Bottom), entry);
  createFiber(C, Top, Bottom);
}

void publishOrigins(OsThread &T, const Coroutine &C) {
  *T.Locals = C.FirstOrigins.Program;
  *T.Origins = originsOf(C);
}

std::atomic<unsigned> LocaleChanges{0};

namespace {

/// Most programs never come to the call.
void enterLocale(OsThread &T, const Coroutine &C) {
  unsigned Now = LocaleChanges.load(std::memory_order_acquire);
  if (!C.Locale && T.LocaleChanges == Now)
    return;
  uselocale(C.Locale ? C.Locale : LC_GLOBAL_LOCALE);
  T.LocaleChanges = Now;
}

/// The program may free the locale before the OS thread looks at it again.
void leaveLocale(const Coroutine &C) {
  if (C.Locale)
    uselocale(LC_GLOBAL_LOCALE);
}

} // namespace

void resume(OsThread &T, Coroutine &C) {
  T.Current = &C;
  *T.Errno = C.Errno;
  *T.HErrno = C.HErrno;
  if (T.Exceptions)
    *T.Exceptions = C.Exceptions;
  publishOrigins(T, C);
  enterLocale(T, C);
  startSwitchTo(C, T);
  transfer_t From = jump_fcontext(C.Context, &T);
  finishSwitchToScheduler(T);
  C.Context = From.fctx;
  C.Errno = *T.Errno;
  C.HErrno = *T.HErrno;
  if (T.Exceptions)
    C.Exceptions = *T.Exceptions;
  leaveLocale(C);
  T.Current = nullptr;
}

void suspend() {
  OsThread *T = thisThread();
  Coroutine &C = *T->Current;
  leaveLocks(C);
  void *FakeStack = startSwitchFrom(*T);
  transfer_t From = jump_fcontext(T->SchedulerContext, nullptr);
  auto *Now = static_cast<OsThread *>(From.data); // Maybe another than T.
  Now->SchedulerContext = From.fctx;
  finishSwitch(FakeStack, Now);
  takeLocks(C);
}

} // namespace oc
