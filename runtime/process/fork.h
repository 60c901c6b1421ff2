// fork.h - the handlers at a fork.
#ifndef OPEN_CO_PROCESS_FORK_H
#define OPEN_CO_PROCESS_FORK_H

namespace oc {

/// They are set up before the program begins. What makes threads names them:
/// a static link would leave them out otherwise.
extern const bool HandlesForks;

} // namespace oc

#endif
