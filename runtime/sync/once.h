// once.h - what fork has to tell pthread_once.
#ifndef OPEN_CO_SYNC_ONCE_H
#define OPEN_CO_SYNC_ONCE_H

namespace oc {

/// In a forked child: initialisers that other threads were running count as
/// not begun.
void resetOnceInChild();

} // namespace oc

#endif
