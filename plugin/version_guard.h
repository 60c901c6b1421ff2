//===- version_guard.h - Was the plugin loaded by the LLVM it fits? -------===//
//
// LLVM's classes change their layout with each major version, so a plugin in
// the wrong compiler crashes it. This file, plugin.cpp's entry point and
// options.cpp's constructor run before that is known: they use no LLVM class,
// and the plugin has no other static constructors.
//
//===----------------------------------------------------------------------===//

#ifndef OPEN_CO_PLUGIN_VERSION_GUARD_H
#define OPEN_CO_PLUGIN_VERSION_GUARD_H

namespace open_co {

/// \returns whether this process runs the LLVM that the plugin was built for.
/// If not, says so on stderr, once.
bool loadedByOwnLLVM();

} // namespace open_co

#endif // OPEN_CO_PLUGIN_VERSION_GUARD_H
