//===- version_guard.cpp - Was the plugin loaded by the LLVM it fits? -----===//

#include "version_guard.h"

#include "llvm/Config/llvm-config.h" // Macros only.

#include <cstdio>
#include <dlfcn.h>

/// The oldest LLVM that exports LLVMGetVersion.
static constexpr unsigned FirstThatTells = 16;

/// \returns the major version of the LLVM in this process.
static unsigned runningMajor() {
  unsigned Major = 0, Minor = 0, Patch = 0;
  if (void *Get = dlsym(RTLD_DEFAULT, "LLVMGetVersion")) {
    reinterpret_cast<void (*)(unsigned *, unsigned *, unsigned *)>(Get)(
        &Major, &Minor, &Patch);
    return Major;
  }
  // These came with LLVM 15's and 14's Core.cpp.
  if (dlsym(RTLD_DEFAULT, "LLVMGetCastOpcode") ||
      dlsym(RTLD_DEFAULT, "LLVMGetAggregateElement"))
    return FirstThatTells - 1;
  return dlsym(RTLD_DEFAULT, "LLVMAddAlias2") ? FirstThatTells - 2
                                              : FirstThatTells - 3;
}

bool open_co::loadedByOwnLLVM() {
  static bool Told = false;
  unsigned Running = runningMajor();
  if (Running == LLVM_VERSION_MAJOR)
    return true;
  if (Told)
    return false;
  Told = true;
  fprintf(stderr,
          "open-co: libOpenCoPass.so is built for LLVM %d but was loaded by "
          "LLVM %u; use lib/open-co/llvm-%u/libOpenCoPass.so\n",
          LLVM_VERSION_MAJOR, Running, Running);
  return false;
}
