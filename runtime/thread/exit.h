// exit.h - the end of a thread, and of the process with its last thread.
#ifndef OPEN_CO_THREAD_EXIT_H
#define OPEN_CO_THREAD_EXIT_H

namespace oc {

struct ThreadBlock;

/// Ends the running thread: destructors of its thread_local objects, then of
/// its keys, as natively. Its frames are left as they are.
[[noreturn]] void finishThread(void *Result);

/// pthread_exit(3): unwinds the running thread's stack, then ends it.
[[noreturn]] void exitThread(ThreadBlock &T, void *Result);

/// Counts live threads beside the first; when it has exited, the last of them
/// ends the process with exit(0).
void countThread(int Change);

/// In a forked child, whose only thread is the caller.
void resetThreadCountInChild();

} // namespace oc

#endif
