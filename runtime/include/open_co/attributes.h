// attributes.h - what the program says to open-co about its own functions and
// variables. With a compiler other than clang, and with clang without the
// plugin, all of this means nothing and generates no code.
//
// "Native" is libc's own function; "original" is what a name means without the
// user's redirects (--open-co-redirects). The attributes stand where GNU
// attributes stand: before a declaration, or after a declarator.
//
//   OPEN_CO_NATIVE ssize_t log_raw(const char *text) { ... write(...) ... }
//   static OPEN_CO_NATIVE ssize_t (*raw_write)(int, const void *, size_t) =
//       write;
//   OPEN_CO_NATIVE_FUNCTION(write)(2, text, length);

#ifndef OPEN_CO_ATTRIBUTES_H
#define OPEN_CO_ATTRIBUTES_H

#ifdef __clang__
#define OPEN_CO_ANNOTATE(Name) __attribute__((annotate("open_co." Name)))
#else
#define OPEN_CO_ANNOTATE(Name)
#endif

/// On a function: what its own body calls, or takes the address of, is native;
/// not what the functions that it calls do. On a variable: the functions that
/// its initial value names are native. A native call blocks the OS thread, and
/// knows OS threads where the wrapper knows coroutines. errno is right in both.
#define OPEN_CO_NATIVE OPEN_CO_ANNOTATE("native")

/// The same for the user's redirects only: names mean the original, to which
/// the runtime's wrappers still apply. A replacement needs none of this: in its
/// own body the name that it replaces is the original.
#define OPEN_CO_ORIGINAL OPEN_CO_ANNOTATE("original")

/// On a function: it is not interrupted for other coroutines. Coroutines are
/// not interrupted yet, anywhere; until there are safepoints this has no
/// effect.
#define OPEN_CO_NO_PREEMPT OPEN_CO_ANNOTATE("no_preempt")

/// On the definition of a thread_local variable: there is one for each OS
/// thread, not one for each thread of the program. A coroutine may find another
/// one after each call that can suspend it, so an address of it must not be
/// kept across such a call. Variables that other files use also need a `var:`
/// line in the ignore list, since a declaration carries no attribute.
#define OPEN_CO_OS_THREAD_LOCAL OPEN_CO_ANNOTATE("os_thread_local")

/// For one call: a pointer to the native, or original, \p Function.
#ifdef __clang__
#define OPEN_CO_FUNCTION(Attribute, Function)                                  \
  (__extension__({                                                             \
    Attribute __typeof__(&(Function)) open_co_function = &(Function);          \
    open_co_function;                                                          \
  }))
#define OPEN_CO_NATIVE_FUNCTION(Function)                                      \
  OPEN_CO_FUNCTION(OPEN_CO_NATIVE, Function)
#define OPEN_CO_ORIGINAL_FUNCTION(Function)                                    \
  OPEN_CO_FUNCTION(OPEN_CO_ORIGINAL, Function)
#else
#define OPEN_CO_NATIVE_FUNCTION(Function) (&(Function))
#define OPEN_CO_ORIGINAL_FUNCTION(Function) (&(Function))
#endif

#endif // OPEN_CO_ATTRIBUTES_H
