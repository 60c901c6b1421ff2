//===- redirect.cpp - Points libc's names at the runtime's wrappers -------===//

#include "redirect.h"

#include "compat.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/IR/GlobalAlias.h"
#include "llvm/IR/GlobalIFunc.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/Module.h"

#define DEBUG_TYPE "open-co"

using namespace llvm;
using namespace open_co;

STATISTIC(NumRedirected, "Number of libc functions redirected");
STATISTIC(NumOwn, "Number of the program's own definitions of libc functions");

namespace {
struct Hook {
  StringLiteral From, To;
};
} // namespace

static constexpr Hook Hooks[] = {
#define OC_HOOK(Name, ...) {#Name, "__oc_" #Name},
#define OC_ENTRY(Name, ...) {#Name, "__oc_" #Name},
#include "open_co/hooks.def"
};

/// \returns what stands for libc's function \p Name in \p M. An asm label may
/// have put \1 before the name, which means "as it is".
static SmallVector<GlobalValue *, 2> findHooked(const Module &M,
                                                StringRef Name) {
  SmallVector<GlobalValue *, 2> Found;
  for (GlobalValue *GV :
       {M.getNamedValue(Name), M.getNamedValue(("\1" + Name).str())})
    // A static `poll` is not libc's; nor is a variable of that name.
    if (GV && !GV->hasLocalLinkage() && !isa<GlobalVariable>(GV))
      Found.push_back(GV);
  return Found;
}

/// What headers and LLVM say of libc's functions and need not hold for ours:
/// that they touch no memory, always return, never switch threads, are not
/// entered again meanwhile.
static AttributeMask libcOnlyAttributes() {
  AttributeMask Mask;
  compat::addMemoryAttributes(Mask);
  for (Attribute::AttrKind Kind :
       {Attribute::Builtin, Attribute::NoBuiltin, Attribute::NoCallback,
        Attribute::NoFree, Attribute::NoRecurse, Attribute::NoSync,
        Attribute::Speculatable, Attribute::WillReturn})
    Mask.addAttribute(Kind);
  return Mask;
}

/// Drops what is only true of libc's function from \p F and from calls of it.
static void forgetLibc(Function &F) {
  const AttributeMask Mask = libcOnlyAttributes();
  F.removeFnAttrs(Mask);
  // Not at calls: a call that is not an invoke cannot be unwound through
  // anyway, and what surrounds it was compiled accordingly.
  F.removeFnAttr(Attribute::NoUnwind);

  SmallVector<User *, 16> Uses(F.users());
  while (!Uses.empty()) {
    User *U = Uses.pop_back_val();
    if (auto *Call = dyn_cast<CallBase>(U)) {
      if (Call->getCalledOperand()->stripPointerCasts() == &F)
        Call->removeFnAttrs(Mask);
    } else if (auto *Cast = dyn_cast<ConstantExpr>(U)) {
      Uses.append(Cast->user_begin(), Cast->user_end());
    }
  }
}

/// Makes the declaration \p F one of the wrapper \p To.
static void redirectDeclaration(Function &F, StringRef To) {
  if (!F.isDeclaration())
    F.deleteBody(); // available_externally: libc's inline version of it.
  // A weak reference would not pull the wrapper out of a static runtime.
  F.setLinkage(GlobalValue::ExternalLinkage);
  forgetLibc(F);
  GlobalValue *Wrapper = F.getParent()->getNamedValue(To);
  if (!Wrapper) {
    F.setName(To);
    return;
  }
  // The cast: the two may have been declared differently.
  F.replaceAllUsesWith(ConstantExpr::getPointerCast(Wrapper, F.getType()));
  F.eraseFromParent();
}

/// Makes the program's own definition \p Own known as \p To, too.
/// \returns false if it already is.
static bool addWrapperName(GlobalValue &Own, StringRef To) {
  Module &M = *Own.getParent();
  GlobalValue *Old = M.getNamedValue(To);
  if (Old && !Old->isDeclaration())
    return false;

  GlobalValue *New;
  if (auto *IFunc = dyn_cast<GlobalIFunc>(&Own)) {
    New =
        GlobalIFunc::create(IFunc->getValueType(), IFunc->getAddressSpace(),
                            IFunc->getLinkage(), "", IFunc->getResolver(), &M);
  } else {
    // Of what an alias stands for, as it may itself be replaced at link time.
    auto *Alias = dyn_cast<GlobalAlias>(&Own);
    New = GlobalAlias::create(Own.getValueType(), Own.getAddressSpace(),
                              Own.getLinkage(), "",
                              Alias ? Alias->getAliasee() : &Own, &M);
  }
  New->setVisibility(Own.getVisibility());
  New->setDSOLocal(Own.isDSOLocal());
  if (Old) {
    Old->replaceAllUsesWith(ConstantExpr::getPointerCast(New, Old->getType()));
    Old->eraseFromParent();
  }
  New->setName(To);
  return true;
}

bool open_co::usesHooks(const Module &M) {
  for (const Hook &H : Hooks)
    if (!findHooked(M, H.From).empty())
      return true;
  return false;
}

bool open_co::redirect(Module &M) {
  bool Changed = false;
  for (const Hook &H : Hooks) {
    for (GlobalValue *GV : findHooked(M, H.From)) {
      auto *F = dyn_cast<Function>(GV);
      if (F && F->isDeclarationForLinker()) {
        redirectDeclaration(*F, H.To);
        ++NumRedirected;
        Changed = true;
      } else if (addWrapperName(*GV, H.To)) {
        ++NumOwn;
        Changed = true;
      }
    }
  }
  return Changed;
}
