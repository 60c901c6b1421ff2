/* guarded.c - in C, with -fexceptions: C++ cleanups would need libstdc++'s
 * personality routine, which C programs do not have. */
#include "sync/guarded.h"
#include "sys/left_frames.h"

struct attempt {
  void (*undo)(void *);
  void *arg;
};

static void clean_up(struct attempt *a) {
  if (!a->undo)
    return;
  oc_frames_unwound();
  a->undo(a->arg);
}

void __oc_call_guarded(void (*function)(void *), void *function_arg,
                       void (*undo)(void *), void *undo_arg) {
  __attribute__((cleanup(clean_up))) struct attempt a = {undo, undo_arg};
  function(function_arg);
  a.undo = 0;
}
