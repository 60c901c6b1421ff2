// per_thread.cpp - what libc keeps by OS thread behind a function. errno and
// h_errno travel with the coroutine (coro/coroutine.cpp), so their address has
// only to be asked for afresh; messages get a buffer in the thread's block.
#include "libc/wrapper.h"
#include "sys/sanitizer.h"
#include "thread/thread_block.h"

#include <cerrno>
#include <cstring>

namespace oc {
namespace {

template <size_t N> char *copy(char (&Buffer)[N], const char *Text) {
  strncpy(Buffer, Text, N - 1);
  sanitizer::written(Buffer, N);
  return Buffer;
}

/// What \p Call(), a function of libc's, says of a number, or a copy if it does
/// not know it: it has such messages in a buffer of the OS thread, and frees
/// the one before, maybe another coroutine's.
template <typename Callable>
char *own(Callable Call, bool IsKnown, char (ThreadBlock::*Buffer)[64]) {
  ThreadBlock *T = currentThread();
  if (IsKnown || !T)
    return Call();
  auto *ByOsThread = &thisThread()->Errno;
  sanitizer::acquire(ByOsThread);
  char *Text = copy(T->*Buffer, Call());
  sanitizer::release(ByOsThread);
  return Text;
}

} // namespace
} // namespace oc

using namespace oc;

extern "C" {
#undef errno
#undef h_errno
OC_WRAPPER int *__oc___errno_location() noexcept { return __errno_location(); }
OC_WRAPPER int *__oc___h_errno_location() noexcept {
  return __h_errno_location();
}
}

OC_WRAPPER char *__oc_strerror(int Number) noexcept {
  return own([&] { return strerror(Number); }, strerrordesc_np(Number),
             &ThreadBlock::ErrorBuffer);
}

/// With the same buffer, as in libc.
OC_WRAPPER char *__oc_strerror_l(int Number, locale_t Locale) noexcept {
  return own([&] { return strerror_l(Number, Locale); },
             strerrordesc_np(Number), &ThreadBlock::ErrorBuffer);
}

OC_WRAPPER char *__oc_strsignal(int Number) noexcept {
  return own([&] { return strsignal(Number); }, sigdescr_np(Number),
             &ThreadBlock::SignalBuffer);
}

OC_WRAPPER char *__oc_inet_ntoa(in_addr A) noexcept {
  ThreadBlock *T = currentThread();
  char *Text = inet_ntoa(A);
  return T ? copy(T->AddressBuffer, Text) : Text;
}
