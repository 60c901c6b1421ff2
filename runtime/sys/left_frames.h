/* left_frames.h - tells AddressSanitizer of frames that libc left, as it
 * cancels or ends a thread. Nobody else does: natively libc's own have no
 * marks, but those of an instrumented runtime have (preset asan). For C, too;
 * more is in sys/sanitizer.h. */
#ifndef OPEN_CO_SYS_LEFT_FRAMES_H
#define OPEN_CO_SYS_LEFT_FRAMES_H

#include <stddef.h>

/* From <sanitizer/asan_interface.h>; null in a program without it. */
#ifdef __cplusplus
extern "C" {
#endif
void __asan_handle_no_return(void) __attribute__((weak));
void __asan_unpoison_memory_region(const volatile void *, size_t)
    __attribute__((weak));
#ifdef __cplusplus
}
#endif

/* Frames below the caller's, on whichever stack that is, have been left.
 * Between it and a call of libc there are few. The caller's marks go, too. */
__attribute__((always_inline)) static inline void oc_frames_below_left(void) {
  enum { Most = 64 * 1024 };
  char *Here = (char *)__builtin_frame_address(0);
  if (__asan_unpoison_memory_region)
    __asan_unpoison_memory_region(Here - Most, Most);
}

/* The same, and those above may be left next. */
__attribute__((always_inline)) static inline void oc_frames_unwound(void) {
  oc_frames_below_left(); /* First: the next call has one that is checked. */
  if (__asan_handle_no_return)
    __asan_handle_no_return();
}

#endif
