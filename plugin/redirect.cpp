//===- redirect.cpp - Points libc's names at the runtime's wrappers -------===//

#include "redirect.h"

#include "compat.h"
#include "marks.h"
#include "remarks.h"
#include "uses.h"

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
  bool OnlyOwn = false; ///< Whether only a definition is concerned.
};
} // namespace

// With the linker's --wrap=read, the program defines __wrap_read, and uses
// __real_read. The linker has to find both under the name that it sees, which
// is
// __oc_read; its option is then --wrap=__oc_read.
#define ROWS(Name)                                                             \
  {#Name, "__oc_" #Name}, {"__real_" #Name, "__real___oc_" #Name},             \
      {"__wrap_" #Name, "__wrap___oc_" #Name, true},

static constexpr Hook Hooks[] = {
#define OC_HOOK(Name, ...) ROWS(Name)
#define OC_ENTRY(Name, ...) ROWS(Name)
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
static compat::AttributeMask libcOnlyAttributes() {
  compat::AttributeMask Mask;
  compat::addMemoryAttributes(Mask);
  for (Attribute::AttrKind Kind :
       {Attribute::Builtin, Attribute::NoBuiltin, Attribute::NoCallback,
        Attribute::NoFree, Attribute::NoRecurse, Attribute::NoSync,
        Attribute::Speculatable, Attribute::WillReturn})
    Mask.addAttribute(Kind);
  return Mask;
}

void open_co::forgetPromises(Function &F) {
  const compat::AttributeMask Mask = libcOnlyAttributes();
  compat::removeFnAttrs(F, Mask);
  // Not at calls: a call that is not an invoke cannot be unwound through
  // anyway, and what surrounds it was compiled accordingly.
  F.removeFnAttr(Attribute::NoUnwind);
  for (User *Place : placesOf(F))
    if (CallBase *Call = asCallOf(*Place, F))
      compat::removeFnAttrs(*Call, Mask);
}

/// Makes the declaration \p F one of the wrapper \p To.
static void redirectDeclaration(Function &F, StringRef To) {
  if (!F.isDeclaration())
    F.deleteBody(); // available_externally: libc's inline version of it.
  // A weak reference would not pull the wrapper out of a static runtime. But
  // __real___oc_read may really be absent.
  if (compat::startsWith(To, "__oc_"))
    F.setLinkage(GlobalValue::ExternalLinkage);
  forgetPromises(F);
  GlobalValue *Wrapper = F.getParent()->getNamedValue(To);
  if (!Wrapper) {
    F.setName(To);
    return;
  }
  // The cast: the two may have been declared differently.
  F.replaceAllUsesWith(ConstantExpr::getPointerCast(Wrapper, F.getType()));
  F.eraseFromParent();
}

/// Does libc's \p Name return the address of something that it keeps for each
/// thread, like errno? The wrapper's result is the same, but is not kept across
/// a call after which another OS thread runs; so native code wants it, too.
static bool isAddressByThread(StringRef Name) {
  return Name == "__errno_location" || Name == "__h_errno_location" ||
         Name == "__res_state" ||
         (compat::startsWith(Name, "__ctype_") && Name.contains("_loc"));
}

/// \returns what uses \p F and must not be redirected.
static Places nativePlaces(const Places &All, StringRef Name) {
  Places Native;
  if (isAddressByThread(Name))
    return Native;
  for (User *Place : All)
    if (redirectsIn(*Place) == Redirects::None)
      Native.insert(Place);
  return Native;
}

/// \returns another, unnamed declaration of \p F's for the use of \p Places.
static Function *splitOff(Function &F, const Places &Places) {
  auto *New =
      Function::Create(F.getFunctionType(), GlobalValue::ExternalLinkage,
                       F.getAddressSpace(), "", F.getParent());
  New->setAttributes(F.getAttributes());
  New->setCallingConv(F.getCallingConv());
  New->setDSOLocal(F.isDSOLocal());
  Replacements What;
  What.insert({&F, New});
  replaceUses(What, [&](GlobalValue &, User &Place) {
    return Places.count(&Place) != 0;
  });
  return New;
}

/// Redirects \p F but where it is to stay native.
/// \returns false if that is everywhere.
static bool redirectUses(Function &F, const Hook &H) {
  const Places All = placesOf(F), Native = nativePlaces(All, H.From);
  for (User *Place : All)
    if (Native.count(Place))
      remarkKept(*Place, F, "the code is marked native");
    else
      remarkRedirected(*Place, F, H.To);
  if (!All.empty() && All.size() == Native.size())
    return false;
  Function *Libc = Native.empty() ? nullptr : splitOff(F, Native);
  std::string Name = F.getName().str();
  redirectDeclaration(F, H.To);
  if (Libc)
    Libc->setName(Name);
  return true;
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

/// The C++ library's tell where the OS thread's state of exceptions is, and are
/// declared to be functions of nothing, too.
static bool forgetPromisesOfCxx(Module &M) {
  bool Changed = false;
  for (StringRef Name : {"__cxa_get_globals", "__cxa_get_globals_fast"})
    if (Function *F = M.getFunction(Name)) {
      forgetPromises(*F);
      Changed = true;
    }
  return Changed;
}

bool open_co::redirect(Module &M) {
  bool Changed = forgetPromisesOfCxx(M);
  for (const Hook &H : Hooks) {
    for (GlobalValue *GV : findHooked(M, H.From)) {
      auto *F = dyn_cast<Function>(GV);
      if (F && F->isDeclarationForLinker()) {
        if (H.OnlyOwn || !redirectUses(*F, H))
          continue;
        ++NumRedirected;
        Changed = true;
      } else if (addWrapperName(*GV, H.To)) {
        if (!H.OnlyOwn)
          remarkOwn(*GV);
        ++NumOwn;
        Changed = true;
      }
    }
  }
  return Changed;
}
