// robust.h - robust mutexes of a thread that ends.
#ifndef OPEN_CO_SYNC_ROBUST_H
#define OPEN_CO_SYNC_ROBUST_H

namespace oc {

/// Leaves the robust mutexes that this OS thread holds as the kernel does at
/// its end, which comes later than that of its coroutine: who joins that finds
/// them so.
void leaveRobustMutexes();

} // namespace oc

#endif
