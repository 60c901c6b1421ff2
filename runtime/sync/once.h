// once.h - an initialiser of pthread_once as it runs, and what fork tells.
#ifndef OPEN_CO_SYNC_ONCE_H
#define OPEN_CO_SYNC_ONCE_H

namespace oc {

/// In the frame below the initialiser. Linked to its thread, unless native.
struct OnceCall {
  int &Word;
  bool Runs = true;
  OnceCall *Outer = nullptr;
};

/// The initialiser of \p Call, the calling thread's, is left: the next caller
/// begins it anew.
void leaveOnce(OnceCall &Call);

/// In a forked child: initialisers that other threads were running count as
/// not begun.
void resetOnceInChild();

} // namespace oc

#endif
