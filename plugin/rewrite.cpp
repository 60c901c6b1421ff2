//===- rewrite.cpp - The pass `open-co` -----------------------------------===//

#include "rewrite.h"

#include "allocator.h"
#include "compat.h"
#include "ignore_list.h"
#include "locals.h"
#include "marks.h"
#include "options.h"
#include "redirect.h"
#include "redirect_list.h"
#include "remarks.h"
#include "teams.h"
#include "thread_pointer.h"
#include "user_redirects.h"

#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"

using namespace llvm;
using namespace open_co;

/// The runtime exists for one target so far. Some distributions name no libc in
/// it (x86_64-suse-linux); that is glibc, too.
static bool isSupported(const Triple &T) {
  bool Glibc =
      T.getEnvironment() == Triple::UnknownEnvironment || T.isGNUEnvironment();
  return T.getArch() == Triple::x86_64 && T.isOSLinux() && Glibc && !T.isX32();
}

/// \returns whether \p M has changed.
static bool rewrite(Module &M) {
  if (any_of(M, [](const Function &F) {
        return F.hasFnAttribute(Attribute::SafeStack);
      })) {
    M.getContext().emitError(
        "open-co: -fsanitize=safe-stack is not supported: its second stack "
        "belongs to an OS thread; leave it out");
    return false;
  }
  Expected<RedirectList> Redirects = RedirectList::read(redirectFiles());
  Expected<IgnoreList> Ignored = IgnoreList::read(ignoreListFiles());
  if (Error E = joinErrors(Redirects.takeError(), Ignored.takeError())) {
    M.getContext().emitError("open-co: " + toString(std::move(E)));
    return false;
  }
  if (!setMarks(M, *Ignored))
    return false;
  bool Changed = applyUserRedirects(M, *Redirects);
  if (!usesHooks(M) && !hasThreadLocals(M) && !definesAllocator(M) &&
      !readsThreadPointer(M) && !usesTeams(M))
    return Changed;
  Triple T(M.getTargetTriple());
  // No triple means the host's, to LLVM.
  if (!T.str().empty() && !isSupported(T)) {
    M.getContext().emitError("open-co: target '" + T.str() +
                             "' is not supported; only x86_64-linux-gnu is");
    return Changed;
  }
  Changed |= redirect(M);
  Changed |= makeThreadLocalsCoroutineLocal(M);
  Changed |= reloadOsThreadLocals(M);
  Changed |= guardAllocator(M);
  Changed |= replaceThreadPointer(M);
  Changed |= keepOsThreads(M);
  return Changed;
}

PreservedAnalyses open_co::RewritePass::run(Module &M,
                                            ModuleAnalysisManager &) {
  bool Changed = rewrite(M);
  remarkWhatBlocks(M);
  return Changed ? PreservedAnalyses::none() : PreservedAnalyses::all();
}
