// debugger.h - what a debugger is told about the runtime's structures.
#ifndef OPEN_CO_THREAD_DEBUGGER_H
#define OPEN_CO_THREAD_DEBUGGER_H

#include <cstddef>

namespace oc {

/// Where something is, or how far into its structure, in bytes.
struct DebuggerFact {
  const char *Name; // Null: the last.
  const void *Address;
  size_t Offset;
};

} // namespace oc

extern "C" __attribute__((visibility("default")))
const oc::DebuggerFact __oc_debugger[];

#endif
