// only_runtime.h - there must be one runtime in a process.
#ifndef OPEN_CO_SYS_ONLY_RUNTIME_H
#define OPEN_CO_SYS_ONLY_RUNTIME_H

namespace oc {

/// Ends the process with a message if another runtime is loaded, too: one would
/// not know the other's coroutines.
void checkOnlyRuntime();

} // namespace oc

#endif
