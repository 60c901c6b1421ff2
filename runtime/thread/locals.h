// locals.h - the program's thread_local variables, one copy for each thread.
// The compiler plugin collects their initial values in one image and computes
// addresses relative to the base that __oc_locals_init returns.
#ifndef OPEN_CO_THREAD_LOCALS_H
#define OPEN_CO_THREAD_LOCALS_H

namespace oc {

struct ThreadBlock;

/// Sets room for the locals of \p T aside below \p Top, once the size of the
/// image is known. \returns the new top.
char *reserveLocals(ThreadBlock &T, char *Top);

/// Calls the destructors of the running thread's objects, last constructed
/// first.
void runLocalDestructors(ThreadBlock &T);

void resetLocalsInChild();

} // namespace oc

/// The base for the running coroutine: copies the image [\p Start, \p Stop) if
/// it has no copy yet. Idempotent. Called by compiled code when
/// __oc_locals_base is null.
extern "C" __attribute__((visibility("default"))) void *
__oc_locals_init(const void *Start, const void *Stop);

#endif
