//===- plugin.cpp - Where open-co's passes enter LLVM's pipelines ---------===//
//
// The entry point, and the names and places of the passes; nothing else.
//
//===----------------------------------------------------------------------===//

#include "compat.h"
#include "locals_base.h"
#include "rewrite.h"
#include "version_guard.h"

#include "llvm/Passes/PassBuilder.h"

#include <new>

using namespace llvm;
using namespace open_co;

/// Adds the pass that is called \p Name on a command line. \returns whether it
/// is one of ours.
static bool addByName(StringRef Name, ModulePassManager &MPM,
                      ArrayRef<PassBuilder::PipelineElement>) {
  if (Name == "open-co")
    MPM.addPass(open_co::RewritePass());
  else if (Name == "open-co-inline-base")
    MPM.addPass(open_co::InlineBasePass());
  else
    return false;
  return true;
}

static void registerPasses(PassBuilder &PB) {
  PB.registerPipelineParsingCallback(addByName);
  // The generic lambdas: LLVM 20 gave some of these callbacks a third argument.
  // First of all, before anything relies on what libc's names mean or keeps
  // the address of errno or of a thread_local across a call.
  PB.registerPipelineStartEPCallback([](ModulePassManager &MPM, auto &&...) {
    MPM.addPass(open_co::RewritePass());
  });
  PB.registerOptimizerLastEPCallback([](ModulePassManager &MPM, auto &&...) {
    MPM.addPass(open_co::InlineBasePass());
  });
}

namespace open_co {

/// What the entry point returns: a PassPluginLibraryInfo if the versions agree.
/// If not, only its first field, which all versions share: LLVM 22 made the
/// structure larger, so an older caller has not reserved room for it. It cannot
/// be copied, hence is built in the caller's memory.
struct Reply {
  Reply() {
    if (open_co::loadedByOwnLLVM())
      new (Bytes) PassPluginLibraryInfo{LLVM_PLUGIN_API_VERSION, "open-co",
                                        LLVM_VERSION_STRING, registerPasses};
    else
      new (Bytes) uint32_t(~0u); // No such version: the caller gives up.
  }
  Reply(const Reply &) = delete;

  alignas(PassPluginLibraryInfo) char Bytes[sizeof(PassPluginLibraryInfo)];
};

} // namespace open_co

/// The symbol that clang, opt and lld look for. LLVM declares it with its own
/// return type, so it has another name on our side.
LLVM_ATTRIBUTE_USED __attribute__((visibility("default"))) Reply
entryPoint() __asm__("llvmGetPassPluginInfo");

Reply entryPoint() { return Reply(); }
