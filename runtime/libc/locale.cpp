// locale.cpp - which locale a thread has. libc keeps that, and where the tables
// of <ctype.h> are, by OS thread; coro/coroutine.cpp sees to it that a
// coroutine finds its own everywhere.
#include "libc/wrapper.h"
#include "thread/thread_block.h"

#include <cctype>
#include <clocale>

using namespace oc;

OC_WRAPPER locale_t __oc_uselocale(locale_t New) noexcept {
  locale_t Old = uselocale(New);
  if (ThreadBlock *T = currentThread(); T && New)
    T->Locale = New == LC_GLOBAL_LOCALE ? nullptr : New;
  return Old;
}

OC_WRAPPER char *__oc_setlocale(int Category, const char *Name) noexcept {
  char *Now = setlocale(Category, Name);
  if (Name && Now) // Release: who sees the count sees the locale.
    LocaleChanges.fetch_add(1, std::memory_order_release);
  return Now;
}

OC_WRAPPER const unsigned short **__oc___ctype_b_loc() noexcept {
  return __ctype_b_loc();
}
OC_WRAPPER const __int32_t **__oc___ctype_tolower_loc() noexcept {
  return __ctype_tolower_loc();
}
OC_WRAPPER const __int32_t **__oc___ctype_toupper_loc() noexcept {
  return __ctype_toupper_loc();
}
