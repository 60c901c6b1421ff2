// teams.cpp - what becomes of a coroutine that comes to code with OpenMP or
// oneTBB? Their libraries know the members of a team, and what each has set, by
// OS thread, and forget them when that ends.
#include "sched/scheduler.h"

// Called by what the compiler plugin makes of functions that use them.
extern "C" __attribute__((visibility("default"))) void
__oc_keep_os_thread() noexcept {
  if (oc::guest())
    oc::becomeTeamMember();
}
